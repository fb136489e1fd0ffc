import { foldedName, mayBeSameName } from './folded-name';

const same = (one: string, other: string) => mayBeSameName(foldedName(one), foldedName(other));

describe('Two ways of writing one name are the same', () => {
  it.each([
    ['Harbour Guidance Limited', 'HARBOUR GUIDANCE LTD.'],
    ['Harbour Guidance Limited', 'Harbour Guidance L.T.D.'],
    ['Harbour Guidance Limited', 'Harbour Guidance'],
    ['Harbour Guidance', 'harbour   guidance cyf'],
    ['Harbour Guidance Ltd', 'Harbour Guidance Cyfyngedig'],
    ['Harbour Guidance PLC', 'Harbour Guidance p.l.c.'],
    ['Harbour Guidance plc', 'Harbour Guidance Public Limited Company'],
    ['Harbour Guidance CIC', 'Harbour Guidance Community Interest Company'],
    ['Harbour Guidance CIC', 'Harbour Guidance (C.I.C.)'],
    ['Harbour Guidance CIC', 'Harbour Guidance Cwmni Buddiannau Cymunedol'],
    ['Harbour Guidance plc', 'Harbour Guidance Cwmni Cyfyngedig Cyhoeddus'],
    ['Harbour Guidance CCC', 'Harbour Guidance plc'],
    ['Harbour Guidance LLP', 'Harbour Guidance Limited Liability Partnership'],
    ['Harbour Guidance PAC', 'Harbour Guidance Partneriaeth Atebolrwydd Cyfyngedig'],
    ['Harbour Guidance LP', 'Harbour Guidance Limited Partnership'],
    ['Harbour Guidance CIO', 'Harbour Guidance Charitable Incorporated Organisation'],
    ['Harbour Guidance SCIO', 'Harbour Guidance Scottish Charitable Incorporated Organisation'],
    ['Harbour Guidance Ltd', 'Harbour Guidance Limited by Guarantee'],
    ['Harbour Guidance LLP', 'Harbour Guidance L. L. P.'],
    ['Harbour Co. Ltd', 'Harbour Company Limited'],
    ['The Moor Institute', 'Moor Institute'],
    ['Moor Institute Ltd', 'The Moor Institute'],
    ['St Mary’s', 'Saint Marys'],
    ["St. Mary's", 'ST MARY‘S'],
    ['Children’s Guidance', 'Childrens guidance'],
    ['Advice & Guidance', 'Advice and Guidance'],
    ['Advice + Guidance', 'Advice&Guidance'],
    ['Saffron-Walden Guidance', 'Saffron Walden Guidance'],
    ['Café Tŷ Bach', 'cafe ty bach'],
    ['Smørrebrød Guidance', 'Smorrebrod Guidance'],
    ['N.O.C.N.', 'NOCN'],
    ['Futures (Awards and Qualifications) Ltd', 'Futures, Awards & Qualifications'],
    ['Soft\u00adware \u200bGuidance', 'Software Guidance'],
  ])('%s: %s', (one, other) => {
    expect([same(one, other), same(other, one)]).toEqual([true, true]);
  });
});

describe('Names that somebody may mix up are not the same', () => {
  it.each([
    ['Orbita Limited', 'Orbit Ltd'],
    ['Careers Sussex', 'Careers Essex'],
    ['Chartered Guild of Guidance', 'Chartered Guild of Pathways and Guidance'],
    ['Moor Institute', 'Moor Institute of Guidance'],
    ['Moor Institute', 'Institute Moor'],
    ['Orbit Ltd', 'Orbit LLP'],
    ['Orbit CIC', 'Orbit Limited'],
    ['University of the Arts', 'University of Arts'],
    ['Preschool Guidance', 'Pre-School Guidance'],
    ['---', '...'],
    ['', ''],
  ])('%s: %s', (one, other) => {
    expect([same(one, other), same(other, one)]).toEqual([false, false]);
  });

  it('A name that is a legal form alone keeps it', () => {
    expect(foldedName('Limited')).toEqual({ words: 'limited', form: undefined });
  });
});

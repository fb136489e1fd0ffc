import { typedKeys } from './typed-key';

const keys = (text: string) => typedKeys(text)?.map(({ key }) => key);

describe('A number as people type it', () => {
  it.each([
    'UKPRN: 17000002',
    'UKPRN 17000002',
    'UKPRN17000002',
    'ukprn:17000002',
    'ukprn no. 17000002',
    '(UKPRN 17000002)',
    '17000002 (UKPRN)',
    'UK PRN 17000002',
    'UKPRN #17000002.',
    'Provider reference number (UKPRN): 17 00 00 02',
    '\u200bUKPRN\u00a017000002\u202c',
    'UKPRN： １７００００02',
    'GB-UKPRN-17000002',
    'U.K.P.R.N. 17000002',
  ])('%j is the UKPRN that it says', (text) => {
    expect(keys(text)).toEqual(['ukprn:17000002']);
  });

  it.each([
    '17000002',
    '17000002.',
    ' 17 00 00 02 ',
    '\u200b17000002',
    '17-000-002',
    'No. 17000002',
    '17000002.0',
  ])('%j is of a provider or a company', (text) => {
    expect(keys(text)).toEqual(['ukprn:17000002', 'company:17000002']);
  });

  it.each([
    'Company No. 01234567',
    'company number 01234567',
    'Company number: 1234567',
    'Co. no. 01234567',
    'Companies House 01234567',
    'Registered in England and Wales, company registration no 01234567',
    'GB-COH-01234567',
    'gb-coh-1234567',
    'CRN 01234567',
    'company:1234567',
  ])('%j is the company that it says', (text) => {
    expect(keys(text)).toEqual(['company:01234567']);
  });

  it('says where it put back zeros that were lost', () => {
    expect(typedKeys('company 1234567')).toEqual([{ key: 'company:01234567', padded: true }]);
    expect(typedKeys('company 01234567')).toEqual([{ key: 'company:01234567', padded: false }]);
    expect(typedKeys('01234567')).toEqual([{ key: 'company:01234567', padded: false }]);
    expect(keys('company SC12345')).toEqual(['company:SC012345']);
    expect(keys('company 123')).toEqual(['company:00000123']);
  });

  it.each([
    ['1234567', ['company:01234567', 'charity:1234567']],
    ['123456', ['company:00123456', 'charity:123456', 'urn:123456']],
    ['sc123456', ['company:SC123456', 'charity:SC123456']],
    ['SC 123 456', ['company:SC123456', 'charity:SC123456']],
    ['S.C. 123456', ['company:SC123456', 'charity:SC123456']],
    ['U.R.N. 123456', ['urn:123456']],
    ['01.23.45.00', ['company:01234500']],
    ['OC301234', ['company:OC301234']],
    ['IP00123R', ['company:IP00123R']],
    ['IP00123R (England)', ['company:IP00123R']],
    ['NIC100123', ['charity:NIC100123']],
  ])('%j says not of which kind it is: %j', (text, expected) => {
    expect(keys(text)).toEqual(expected);
  });

  it.each([
    ['URN 123456', 'urn:123456'],
    ['School URN: 123456', 'urn:123456'],
    ['GB-EDU-123456', 'urn:123456'],
    ['Registered charity no. 1012345', 'charity:1012345'],
    ['Charity number 1012345', 'charity:1012345'],
    ['Registered charity in England and Wales 1012345', 'charity:1012345'],
    ['Registered charity SC012345', 'charity:SC012345'],
    ['Scottish charity no SC012345', 'charity:SC012345'],
    ['GB-CHC-1012345', 'charity:1012345'],
    ['GB-SC-SC012345', 'charity:SC012345'],
    ['GB-NIC-100123', 'charity:NIC100123'],
    ['GB-NIC-NIC100123', 'charity:NIC100123'],
  ])('%j is %s', (text, expected) => {
    expect(keys(text)).toEqual([expected]);
  });

  it('may be several, each with the words before it', () => {
    expect(keys('UKPRN: 17000002; Company No: 01234567; Charity: 1012345')).toEqual([
      'ukprn:17000002',
      'company:01234567',
      'charity:1012345',
    ]);
  });

  it.each(['UKPRN 1700000', 'ukprn:27000002', 'URN 12345', 'charity number 12345', 'company 123456789'])(
    '%j has not the form of what it says',
    (text) => {
      expect(typedKeys(text)).toEqual([]);
    },
  );

  it.each([
    '',
    'UKPRN',
    'Training 2000 Ltd',
    '3aaa',
    'Moor 17000002',
    'M-1042',
    'Studio 54',
    '2000',
    'e2e',
    '4 Corners CIC',
  ])('%j is no number, but maybe a name', (text) => {
    expect(typedKeys(text)).toBeUndefined();
  });
});

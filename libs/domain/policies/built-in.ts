import cmqa2017 from './cmqa-2017.json';
import englandFunding from './england-funding.json';
import englandGuidance from './england-guidance.json';
import englandStatute from './england-statute.json';

/** An edition of a policy as it is published. Its `policy` is checked like any posting. */
export interface BuiltInEdition {
  readonly id: string;
  readonly edition: number;
  readonly effectiveFrom: string;
  readonly policy: object;
}

/**
 * The editions that come with the register, in the order in which a first start publishes them (specification,
 * section 6): the proposals of 2017, then what public funding, guidance and law ask, by id and edition.
 */
export const BUILT_IN: readonly BuiltInEdition[] = [
  { id: 'cmqa-2017', edition: 1, effectiveFrom: '2017-10-01', policy: cmqa2017 },
  ...editionsOf('england-funding', englandFunding),
  ...editionsOf('england-guidance', englandGuidance),
  ...editionsOf('england-statute', englandStatute),
];

function editionsOf(id: string, editions: readonly Omit<BuiltInEdition, 'id'>[]): readonly BuiltInEdition[] {
  return editions.map((edition) => ({ id, ...edition }));
}

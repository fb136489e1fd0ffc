import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Changes, Kept } from '@app/application/vault/vault';
import type { Settings } from '../settings';

/** A message from the process that writes to a reader. */
export type ToReader =
  /** The first message: the reader’s settings, and the socket of the process that writes. */
  | { readonly tell: 'begin'; readonly settings: Settings; readonly writer: string }
  /** The log now ends at this position. */
  | { readonly tell: 'head'; readonly position: number }
  /** From now on no post is acknowledged before the reader holds it. The reader may answer once it holds this position. */
  | { readonly tell: 'admitted'; readonly position: number }
  | { readonly tell: 'measure'; readonly question: number }
  | { readonly tell: 'answer' }
  /** The public entries of the vault have changed: the reader reads them again, and says when it has. */
  | { readonly tell: 'look'; readonly question: number }
  | { readonly tell: 'changed'; readonly question: number; readonly changes: Changes | undefined }
  | { readonly tell: 'kept'; readonly question: number; readonly kept: readonly Kept[] | undefined };

/** A message from a reader to the process that writes. */
export type FromReader =
  /** It holds this position. */
  | { readonly tell: 'held'; readonly position: number }
  /** It has read the log, and asks to be admitted. */
  | { readonly tell: 'admit' }
  | { readonly tell: 'looked'; readonly question: number }
  /** Asks for the public entries of the vault that changed after a change of this number. */
  | { readonly tell: 'changed?'; readonly question: number; readonly after: number }
  /** Asks for all public entries. */
  | { readonly tell: 'kept?'; readonly question: number }
  /** The reply to `answer`. */
  | { readonly tell: 'alive' }
  | { readonly tell: 'measured'; readonly question: number; readonly metrics: Measured };

/** The metrics of one process, in the form in which `prom-client` aggregates them. */
export type Measured = MetricObjectWithValues<MetricValue<string>>[];

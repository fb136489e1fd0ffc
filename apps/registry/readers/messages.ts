import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Changes, Kept } from '@app/application/vault/vault';
import type { Settings } from '../settings';

/** What the process that writes tells a reader. */
export type ToReader =
  /** The first message: what the reader is, and where it hands on what it does not answer itself. */
  | { readonly tell: 'begin'; readonly settings: Settings; readonly writer: string }
  /** The log goes as far as this position. */
  | { readonly tell: 'head'; readonly position: number }
  /** From now on the reader is waited for: it may answer once it holds this position. */
  | { readonly tell: 'admitted'; readonly position: number }
  | { readonly tell: 'measure'; readonly question: number }
  | { readonly tell: 'answer' }
  /** What is shown of persons changed: the reader looks at that, and says when it has. */
  | { readonly tell: 'look'; readonly question: number }
  | { readonly tell: 'changed'; readonly question: number; readonly changes: Changes | undefined }
  | { readonly tell: 'kept'; readonly question: number; readonly kept: readonly Kept[] | undefined };

/** What a reader tells the process that writes. */
export type FromReader =
  /** It holds this position. */
  | { readonly tell: 'held'; readonly position: number }
  /** It holds what it was told of, and asks to answer. */
  | { readonly tell: 'admit' }
  | { readonly tell: 'looked'; readonly question: number }
  /** What may be shown of persons that was changed after the change of a number; or all of it. */
  | { readonly tell: 'changed?'; readonly question: number; readonly after: number }
  | { readonly tell: 'kept?'; readonly question: number }
  /** It answers. */
  | { readonly tell: 'alive' }
  | { readonly tell: 'measured'; readonly question: number; readonly metrics: Measured };

/** What a process measures of itself, as `prom-client` adds it up. */
export type Measured = MetricObjectWithValues<MetricValue<string>>[];

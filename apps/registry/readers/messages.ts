import type { MetricObjectWithValues, MetricValue } from 'prom-client';
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
  | { readonly tell: 'answer' };

/** What a reader tells the process that writes. */
export type FromReader =
  /** It holds this position. */
  | { readonly tell: 'held'; readonly position: number }
  /** It holds what it was told of, and asks to answer. */
  | { readonly tell: 'admit' }
  /** It answers. */
  | { readonly tell: 'alive' }
  | { readonly tell: 'measured'; readonly question: number; readonly metrics: Measured };

/** What a process measures of itself, as `prom-client` adds it up. */
export type Measured = MetricObjectWithValues<MetricValue<string>>[];

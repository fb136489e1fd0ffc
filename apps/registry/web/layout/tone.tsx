import { type ComponentChildren } from 'preact';
import { type Stretch } from '@app/phrases/words';

export type Tone = Stretch['answer'];

/** A tick, a cross, a question mark or a line, beside words that say the same. */
export function ToneMark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10.5" />
      {tone === 'yes' && <path d="M7 12.5l3.5 3.5L17 8.5" />}
      {(tone === 'silent' || tone === 'unsaid') && <path d="M7.5 12h9" />}
      {tone === 'no' && <path d="M8 8l8 8M16 8l-8 8" />}
      {tone === 'unknown' && <path d="M9 9.3a3 3 0 1 1 4.4 2.6c-.9.5-1.4 1-1.4 2.1M12 17.2v.1" />}
    </svg>
  );
}

/** Words that tell how something stands; without a tone where that decides nothing. */
export function Chip({
  tone,
  children,
}: {
  readonly tone: Tone | undefined;
  readonly children: ComponentChildren;
}) {
  return (
    <span class={tone === undefined ? 'chip neutral' : `chip ${tone}`}>
      {tone !== undefined && <ToneMark tone={tone} />}
      {children}
    </span>
  );
}

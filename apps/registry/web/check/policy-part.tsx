import { type ComponentChildren } from 'preact';
import { useUnder } from './evidence-lines';

/**
 * A part of what a policy says, under a heading. It is a landmark only where one policy is asked: of several, each
 * would have one of the same name.
 */
export function PolicyPart({
  name,
  title,
  children,
}: {
  readonly name: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  const { at, isAlone } = useUnder();
  const content = (
    <>
      <h3 id={at(name)}>{title}</h3>
      {children}
    </>
  );
  return isAlone ? <section aria-labelledby={at(name)}>{content}</section> : <div>{content}</div>;
}

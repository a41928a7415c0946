import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** The room that a table has: its width in px (0 before it is known) and that of a character of its text. */
export function useRoom(): readonly [
  RefObject<HTMLDivElement>,
  { readonly width: number; readonly character: number },
] {
  const ref = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, character: 7 });
  useLayoutEffect(() => {
    const node = ref.current;
    if (node === null) return undefined;
    // The table itself: on a narrow screen it is wider than what is seen of it.
    const measure = (): void => {
      const table = node.querySelector('table') ?? node;
      setRoom({ width: table.clientWidth, character: characterWidth(getComputedStyle(table)) });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return [ref, room];
}

/** Of texts that are wider than the average. */
const SPARE = 1.06;
/** What the texts of events are made of. */
const SAMPLE =
  'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Administrator/alice@example.com 2026-11-21 08:42:05';

function characterWidth({ fontSize, fontFamily }: CSSStyleDeclaration): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 7;
  context.font = `${fontSize} ${fontFamily}`;
  return (SPARE * context.measureText(SAMPLE).width) / SAMPLE.length;
}

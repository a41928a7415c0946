import { cutText } from '../layout.ts';

/** A value that loses its middle where the cell is too narrow for it. */
export function Cut({ text }: { text: string }) {
  const [head, tail] = cutText(text);
  if (tail === '') return <span>{text}</span>;
  return (
    <span className="cut">
      <span className="cut-head">{head}</span>
      <span>{tail}</span>
    </span>
  );
}

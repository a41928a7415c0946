import type { PanelContent } from '../protocol.ts';
import { fileName } from './csv.ts';

/** Gives the browser what a panel shows as a file. It begins with a byte order mark: without, spreadsheets take UTF-8 for something else. */
export function downloadCsv({ id, title }: PanelContent, csv: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['\uFEFF', csv], { type: 'text/csv;charset=utf-8' }));
  link.download = `${fileName(title) || id}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

import type { ObjectRef } from '../../src/ingest/ports.ts';
import type { PageRequest, Pages } from '../../src/ingest/source/pages.ts';

export interface MemoryPages {
  readonly pages: Pages;
  /** What was asked for, a page each. */
  readonly requests: PageRequest[];
}

/** A bucket's listing as S3 gives it: in the order of bytes, folders rolled up, so many entries a page. */
export function memoryPages(refs: readonly ObjectRef[], pageSize = 1000): MemoryPages {
  const sorted = [...refs].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  const requests: PageRequest[] = [];
  const pages: Pages = async function* (request, signal) {
    const { prefix, level = false, after = '', limit = pageSize } = request;
    let page: { refs: ObjectRef[]; folders: string[] } = { refs: [], folders: [] };
    const begin = (): void => {
      signal.throwIfAborted();
      requests.push(request);
      page = { refs: [], folders: [] };
    };
    begin();
    for (const ref of sorted) {
      if (!ref.key.startsWith(prefix) || ref.key <= after) continue;
      const slash = level ? ref.key.indexOf('/', prefix.length) : -1;
      const folder = slash === -1 ? undefined : ref.key.slice(0, slash + 1);
      if (folder !== undefined && page.folders.at(-1) === folder) continue;
      if (page.refs.length + page.folders.length === limit) {
        yield { ...page, more: true };
        begin();
      }
      if (folder === undefined) page.refs.push(ref);
      else page.folders.push(folder);
    }
    yield { ...page, more: false };
  };
  return { pages, requests };
}

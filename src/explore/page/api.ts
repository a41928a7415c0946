import { answerOf } from '../lines.ts';
import type {
  AroundAnswer,
  AroundRequest,
  Content,
  PanelAnswer,
  SearchRequest,
  ValuesAnswer,
  ValuesRequest,
} from '../protocol.ts';

/** What a day is to who looks at the page. */
export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

async function call(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', 'x-explore-page': '1' },
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.ok) return response;
  const answer = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(answer.error ?? `the server answered ${response.status}`);
}

const json = async <T>(response: Promise<Response>): Promise<T> => (await response).json() as Promise<T>;

export const fetchContent = (): Promise<Content> => json(call('api/content', undefined));
export const fetchAround = (request: AroundRequest, signal: AbortSignal): Promise<AroundAnswer> =>
  json(call('api/around', request, signal));
export const fetchValues = (request: ValuesRequest, signal?: AbortSignal): Promise<ValuesAnswer> =>
  json(call('api/values', request, signal));

/** Hands on each panel's answer as soon as its line is there. */
export async function search(
  request: SearchRequest,
  onAnswer: (answer: PanelAnswer) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await call('api/search', request, signal);
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onAnswer(answerOf(line));
    if (done) return;
  }
}

/** Fetches JSON from our own server and turns every failure into an ApiError. Aborts pass through as they are. */
import { ApiError, isAbort } from './problem.ts';

const BASE = '/clew/api/v1';

/** Bytes received so far of the body; the size is unknown when the server compresses or streams. */
export type Progress = (receivedBytes: number) => void;

export async function getJson(path: string, signal: AbortSignal, progress?: Progress): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(BASE + path, { signal, headers: { accept: 'application/json, application/problem+json' } });
  } catch (caught) {
    if (isAbort(caught)) {
      throw caught;
    }
    throw new ApiError({ kind: 'unreachable', message: caught instanceof Error ? caught.message : String(caught) });
  }
  const text = await readText(response, progress);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError({ kind: 'unreadable', status: response.status, message: text.slice(0, 200) });
  }
  if (!response.ok) {
    throw new ApiError({ kind: 'problem', status: response.status, problem: body ?? {} });
  }
  return body;
}

async function readText(response: Response, progress: Progress | undefined): Promise<string> {
  try {
    if (progress === undefined || response.body === null) {
      return await response.text();
    }
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const parts: string[] = [];
    let received = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        parts.push(decoder.decode());
        return parts.join('');
      }
      received += value.byteLength;
      parts.push(decoder.decode(value, { stream: true }));
      progress(received);
    }
  } catch (caught) {
    if (isAbort(caught)) {
      throw caught;
    }
    throw new ApiError({ kind: 'unreachable', message: caught instanceof Error ? caught.message : String(caught) });
  }
}

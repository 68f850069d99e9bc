/** Runs a test on a page of its own and fails it when the page was not clean. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage, picture } from './browser.ts';
import { clewUrl } from './clew.ts';

export interface PageOptions extends BrowserContextOptions {
  readonly expectedErrors?: RegExp;
  /** The server's UI, when it is another than the usual one. */
  readonly origin?: () => string;
}

export function withPage(work: (page: Page) => Promise<void>, { expectedErrors, origin = clewUrl, ...options }: PageOptions = {}): () => Promise<void> {
  return async () => {
    const watched = await openPage(origin(), options, expectedErrors);
    let done = false;
    try {
      await work(watched.page);
      done = true;
    } finally {
      if (!done) {
        await picture(watched.page, `failed-${expect.getState().currentTestName?.replace(/\W+/g, '-') ?? 'test'}`);
      }
      const wrong = await watched.close();
      if (done) {
        expect(wrong).toEqual([]);
      }
    }
  };
}

/** The text of every element the selector finds. */
export function texts(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allInnerTexts();
}

export function parameter(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}

// Waits for something to become true, without fixed pauses.

/** Polls until `probe` answers something; throws after `limitMs` naming what was awaited. */
export async function until<T>(what: string, probe: () => T | undefined | false | PromiseLike<T | undefined | false>, limitMs = 20_000): Promise<T> {
  for (const start = Date.now(); Date.now() - start < limitMs; ) {
    const value = await probe();
    if (value !== undefined && value !== false) {
      return value;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`${what} did not come within ${limitMs} ms`);
}

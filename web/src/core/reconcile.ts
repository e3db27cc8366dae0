/**
 * Bring the outside to a wanted value, one step at a time.
 *
 * Calls of `bring` never overlap, and a value that is out of date before its turn comes is skipped: two quick clicks
 * and a slow camera need no special case. When `bring` fails, the value counts as not reached, and the next call tries
 * again.
 */
export interface Reconciler<T> {
  /** Resolves once the outside has followed the newest value, or has failed to. */
  (wanted: T): Promise<void>;
}

export function reconciler<T>(bring: (wanted: T) => Promise<void>, failed: (error: unknown) => void): Reconciler<T> {
  let next: { value: T } | null = null;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (next) {
      const { value } = next;
      next = null;
      try {
        await bring(value);
      } catch (error) {
        failed(error);
      }
    }
    running = null;
  }

  return (wanted) => {
    next = { value: wanted };
    running ??= run();
    return running;
  };
}

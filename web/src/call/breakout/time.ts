/** Minutes and seconds until a moment, as a clock shows them; "0:00" once it has come. Rounded up: 7:00 is seven left. */
export function countdown(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

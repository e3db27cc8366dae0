/** The weeks of a month, from Sunday to Saturday, with the days of its neighbours that complete them. Pure. */
export function weeks(year: number, month: number): Date[][] {
  const first = new Date(year, month, 1);
  const days = new Date(year, month + 1, 0).getDate();
  const count = Math.ceil((first.getDay() + days) / 7);
  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => new Date(year, month, 1 - first.getDay() + week * 7 + day)),
  );
}

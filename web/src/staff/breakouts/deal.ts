/** Who goes to which breakout room, as a value: dealt at random, or as it was. Pure; chance comes in as an argument. */

/** A room for each member. 0 is the main room. */
export type Placing = ReadonlyMap<number, number>;

/** A number from 0 up to, and without, `below`. */
export type Chance = (below: number) => number;

export const MOST = 12;

/** About four to a room, and never fewer rooms than two. */
export function roomsFor(people: number): number {
  return Math.min(MOST, Math.max(2, Math.ceil(people / 4)));
}

/** Everybody dealt out like cards, so that no room has two people more than another. */
export function deal(members: readonly number[], rooms: number, chance: Chance): Placing {
  const shuffled = [...members];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = chance(last + 1);
    const taken = shuffled[other] as number;
    shuffled[other] = shuffled[last] as number;
    shuffled[last] = taken;
  }
  return new Map(shuffled.map((member, turn) => [member, 1 + (turn % rooms)]));
}

/** As it was, with whoever was not there in the rooms that have fewest. Hosts of then stay where they are put. */
export function asBefore(members: readonly number[], before: Placing, rooms: number, chance: Chance): Placing {
  const placed = new Map([...before].filter(([, room]) => room <= rooms));
  const count = (room: number) => [...placed.values()].filter((one) => one === room).length;
  for (const [member] of deal(members.filter((one) => !placed.has(one)), rooms, chance)) {
    const sizes = Array.from({ length: rooms }, (_, at) => count(at + 1));
    placed.set(member, 1 + sizes.indexOf(Math.min(...sizes)));
  }
  return placed;
}

/** By the browser's own generator; what remains of a division by so few does not matter here. */
export const byChance: Chance = (below) => (crypto.getRandomValues(new Uint32Array(1))[0] as number) % below;

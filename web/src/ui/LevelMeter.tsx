/**
 * How loud the microphone is, as a row of lamps. It moves 15 times a second, so it touches the lamps directly and
 * nothing is rendered again; for assistive technology it is a picture with a name.
 */
import { useEffect, useRef } from "preact/hooks";

const LAMPS = 16;

export interface LevelMeterProps {
  label: string;
  /** Calls back with 0 to 1 until the returned function is called. */
  follow: (heard: (level: number) => void) => () => void;
}

export function LevelMeter({ label, follow }: LevelMeterProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      follow((level) => {
        const lit = Math.round(Math.min(1, level) * LAMPS);
        Array.from(row.current?.children ?? []).forEach((lamp, index) => {
          lamp.toggleAttribute("data-lit", index < lit);
        });
      }),
    [follow],
  );
  return (
    <div class="level" role="img" aria-label={label} ref={row}>
      {Array.from({ length: LAMPS }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}

/** A circle to breathe with. It stands still on request, and from the beginning where nothing may move by itself. */
import { useState } from "preact/hooks";
import { Button } from "./Button.tsx";

export interface BreathingProps {
  still: boolean;
  words: { text: string; pause: string; play: string };
}

export function Breathing({ still, words }: BreathingProps) {
  const [moving, setMoving] = useState(!still);
  return (
    <div class="breathing">
      <div class="circle" data-moving={moving || undefined} aria-hidden="true" />
      <div>
        <p class="soft">{words.text}</p>
        <Button look="plain" icon={moving ? "pause" : "play"} onClick={() => setMoving(!moving)}>
          {moving ? words.pause : words.play}
        </Button>
      </div>
    </div>
  );
}

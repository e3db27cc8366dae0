/** A plan to be read, in a bad hour above all: whom to call comes first, large enough to hit with a shaking thumb. */
import { Icon } from "../ui/Icon.tsx";
import type { Line, Plan, Section } from "./door.ts";
import "./reading.css";

export interface ReadingProps {
  readonly plan: Pick<Plan, "sections" | "numbers">;
  readonly lines: readonly Line[];
  /** "Call {name}" in the reader's language. */
  readonly call: (name: string) => string;
  readonly level?: "h3" | "h4";
}

/** What a telephone can dial of what somebody wrote. */
export function dialled(phone: string): string {
  return phone.replace(/[^\d+*#]/g, "");
}

export function inOrder(sections: readonly Section[]): readonly Section[] {
  return [...sections].sort((a, b) => (a.card || sections.length + 1) - (b.card || sections.length + 1));
}

export function Reading({ plan, lines, call, level: Heading = "h3" }: ReadingProps) {
  const filled = inOrder(plan.sections)
    .map((section) => ({ section, mine: lines.filter((line) => line.section === section.code && (line.text || line.phone)) }))
    .filter(({ mine }) => mine.length > 0);
  const people = filled.filter(({ section }) => section.shape === "people");
  return (
    <div class="plan-reading" data-testid="plan-reading">
      {people.map((one) => (
        <Part key={one.section.code} {...one} call={call} Heading={Heading} />
      ))}
      {plan.numbers.length > 0 && (
        <ul class="calls" data-testid="plan-numbers">
          {plan.numbers.map(({ number, text }) => (
            <li key={number}>
              <Call number={number} name={number} label={call(number)} notes={[text]} />
            </li>
          ))}
        </ul>
      )}
      {filled
        .filter(({ section }) => section.shape !== "people")
        .map((one) => (
          <Part key={one.section.code} {...one} call={call} Heading={Heading} />
        ))}
    </div>
  );
}

interface PartProps {
  readonly section: Section;
  readonly mine: readonly Line[];
  readonly call: (name: string) => string;
  readonly Heading: "h3" | "h4";
}

function Part({ section, mine, call, Heading }: PartProps) {
  const List = section.shape === "steps" ? "ol" : "ul";
  return (
    <section class="part">
      <Heading>{section.title}</Heading>
      {section.shape === "people" ? (
        <ul class="calls">
          {mine.map((line) => (
            <li key={line.id}>
              {dialled(line.phone) ? (
                <Call number={line.phone} name={line.text} label={call(line.text || line.phone)} notes={[line.relation, line.text ? line.phone : ""]} />
              ) : (
                <span>{[line.text, line.relation].filter(Boolean).join(" · ")}</span>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <List>
          {mine.map((line) => (
            <li key={line.id}>{line.text}</li>
          ))}
        </List>
      )}
    </section>
  );
}

function Call({ number, name, label, notes }: { number: string; name: string; label: string; notes: readonly string[] }) {
  const filled = notes.filter(Boolean);
  return (
    <a class="call-one" href={`tel:${dialled(number)}`} aria-label={[label, ...filled].join(". ")}>
      <Icon name="phone" />
      <span>
        <strong>{name || number}</strong>
        {filled.map((note) => (
          <span key={note} class={dialled(note) === dialled(number) ? "soft small number" : "soft small"}>
            {note}
          </span>
        ))}
      </span>
    </a>
  );
}

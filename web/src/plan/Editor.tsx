/**
 * A plan that is being written: its sections, line by line. Whoever else types in it is named at the line. It takes no
 * focus by itself, but for a line that somebody has just added here.
 */
import "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { Button } from "../ui/Button.tsx";
import { Drawing } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import type { Book } from "./book.ts";
import type { Line, Section } from "./door.ts";
import { t } from "./words/index.ts";
import "./plan.css";

const UP = "M12 19V5M6 11l6-6 6 6";
const DOWN = "M12 5v14M6 13l6 6 6-6";
const MOST_TEXT = 300;
const MOST_RELATION = 80;
const MOST_PHONE = 32;
/** What the server takes no line with: it would reorder or break it. */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const NO_NUMBER = /[^0-9+()./ x*#-]/g;

export interface EditorProps {
  readonly book: Book;
  /** Names of those who type in a line, by its id. */
  readonly typing?: Readonly<Record<string, string>>;
  /** The line in which somebody types here; empty when they stop. */
  readonly onTyping?: (line: string) => void;
  readonly onShow?: ((section: Section, lines: readonly Line[]) => void) | undefined;
}

export function Editor({ book, typing = {}, onTyping = () => undefined, onShow }: EditorProps) {
  const lines = book.lines.value;
  const moved = book.moved.value;
  const [fresh, setFresh] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const sections = book.plan.value.sections;

  // Words that went beside a line are typed on where they are.
  useEffect(() => {
    const active = document.activeElement;
    if (!(active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement) || box.current?.contains(active) !== true) return;
    const to = moved[active.dataset["line"] ?? ""];
    if (to !== undefined) box.current.querySelector<HTMLElement>(`[data-line="${to}"][name="${active.name}"]`)?.focus();
  }, [moved]);

  const add = (section: Section, text = "") => {
    const id = book.added(section.code, { text, relation: "", phone: "" });
    if (text === "") setFresh(id);
  };

  return (
    <div class="plan-editor" ref={box} data-testid="plan-editor">
      {sections.map((section) => {
        const mine = lines.filter((line) => line.section === section.code);
        const ideas = section.ideas.filter((idea) => !mine.some((line) => line.text === idea));
        const filled = mine.filter((line) => line.text.trim() !== "");
        const addWord = t(section.shape === "people" ? "add_person" : "add");
        return (
          <section key={section.code} class="plan-section" aria-labelledby={`plan-${section.code}`} data-testid={`plan-${section.code}`}>
            <div>
              <h3 id={`plan-${section.code}`}>{section.title}</h3>
              <p class="soft small">{section.prompt}</p>
            </div>
            <ul class="plan-lines">
              {mine.map((line, place) => (
                <OneLine
                  key={line.id}
                  book={book}
                  section={section}
                  line={line}
                  place={place}
                  before={mine[place - 2]?.id ?? ""}
                  after={mine[place + 1]?.id ?? null}
                  fresh={line.id === fresh}
                  typing={typing[line.id] ?? ""}
                  onTyping={onTyping}
                  next={() => add(section)}
                />
              ))}
            </ul>
            <div class="row">
              <Button look="plain" onClick={() => add(section)} data-testid={`plan-add-${section.code}`}>
                + {addWord}
                <span class="unseen">: {section.title}</span>
              </Button>
              {onShow && filled.length > 0 && (
                <Button look="plain" icon="eye" onClick={() => onShow(section, filled)} data-testid={`plan-show-${section.code}`}>
                  {t("show")}
                  <span class="unseen">: {section.title}</span>
                </Button>
              )}
            </div>
            {ideas.length > 0 && (
              <details class="plan-ideas">
                <summary>
                  {t("ideas")}
                  <span class="unseen">: {section.title}</span>
                </summary>
                <div class="row">
                  {ideas.map((idea) => (
                    <Button key={idea} onClick={() => add(section, idea)} aria-label={t("take", { idea })}>
                      {idea}
                    </Button>
                  ))}
                </div>
              </details>
            )}
          </section>
        );
      })}
    </div>
  );
}

function clean(name: "text" | "relation" | "phone", value: string): string {
  return name === "phone" ? value.replace(NO_NUMBER, "") : value.replaceAll(/[\r\n\t]+/g, " ").replace(FORBIDDEN, "");
}

interface OneLineProps {
  readonly book: Book;
  readonly section: Section;
  readonly line: Line;
  readonly place: number;
  /** After which line it goes when it moves up; empty: to the top. */
  readonly before: string;
  /** The line below; null where it is the last. */
  readonly after: string | null;
  readonly fresh: boolean;
  readonly typing: string;
  readonly onTyping: (line: string) => void;
  readonly next: () => void;
}

function OneLine({ book, section, line, place, before, after, fresh, typing, onTyping, next }: OneLineProps) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (fresh) row.current?.querySelector<HTMLElement>(".plan-fields .input")?.focus();
  }, [fresh]);
  const named = line.text || t("empty_line");
  const write = (part: Partial<Pick<Line, "text" | "relation" | "phone">>) => {
    book.wrote(line, { text: line.text, relation: line.relation, phone: line.phone, ...part });
    onTyping(line.id);
  };
  const field = (name: "text" | "relation" | "phone", label: string, most: number, more: object = {}) => {
    const shared = {
      class: "input",
      name,
      "data-line": line.id,
      "aria-label": label,
      maxLength: most,
      value: line[name],
      onInput: (event: InputEvent & { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }) => write({ [name]: clean(name, event.currentTarget.value) }),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        next();
      },
    };
    if (section.shape !== "people") return <textarea rows={Math.min(6, 1 + Math.floor(line.text.length / 34))} {...shared} />;
    return <input type="text" placeholder={label} {...shared} {...more} />;
  };
  return (
    <li
      ref={row}
      class="plan-line"
      data-testid="plan-line"
      data-shape={section.shape}
      data-typing={typing !== "" || undefined}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && row.current?.contains(event.relatedTarget)) return;
        onTyping("");
        if (`${line.text}${line.relation}${line.phone}`.trim() === "") book.removed(line.id);
      }}
    >
      {section.shape === "steps" && (
        <input class="plan-tick" type="checkbox" checked={line.ticked} aria-label={t("tried", { line: named })} onChange={(event) => book.ticked(line.id, event.currentTarget.checked)} />
      )}
      <div class="plan-fields">
        {section.shape === "people" ? (
          <>
            {field("text", t("person"), MOST_RELATION)}
            {field("relation", t("relation"), MOST_RELATION)}
            {field("phone", t("phone"), MOST_PHONE, { type: "tel", inputMode: "tel" })}
          </>
        ) : (
          field("text", t("line", { section: section.title, n: place + 1 }), MOST_TEXT)
        )}
        {typing !== "" && (
          <p class="plan-typing small" data-testid="plan-typing">
            {t("types", { names: typing })}
          </p>
        )}
      </div>
      <div class="plan-acts">
        {section.shape === "steps" && (
          <>
            <button type="button" class="plan-act" aria-label={t("up", { line: named })} disabled={place === 0} onClick={() => book.movedAfter(line.id, before)}>
              <Drawing path={UP} />
            </button>
            <button type="button" class="plan-act" aria-label={t("down", { line: named })} disabled={after === null} onClick={() => after !== null && book.movedAfter(line.id, after)}>
              <Drawing path={DOWN} />
            </button>
          </>
        )}
        <IconButton icon="close" label={t("remove", { line: named })} onClick={() => book.removed(line.id)} />
      </div>
    </li>
  );
}

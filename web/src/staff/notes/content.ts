/**
 * What stands in one section of a note, and what a page may say about it by itself: pure functions, no server, no screen.
 *
 * A field that is missing and one that is empty are the same thing, and two contents without a word are the same
 * whatever their template: choosing another template is not yet writing.
 */

/** Fields of a template by name, and the ids of the goals that were picked. */
export interface Content {
  readonly template: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly goals: readonly string[];
}

export interface TemplateField {
  readonly name: string;
  readonly title: string;
  readonly hint: string;
  /** Whether a section that is not empty needs it before it is signed. */
  readonly required: boolean;
}

export interface Template {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly TemplateField[];
  /** Whether a new section may begin with it. */
  readonly offered: boolean;
}

export const FREE = "free/1";
/** The one field of a free text. */
export const TEXT = "text";

/** What a page knows before the server has told its templates. */
export const FREE_TEMPLATE: Template = {
  id: FREE,
  title: "",
  fields: [{ name: TEXT, title: "", hint: "", required: false }],
  offered: true,
};

export function free(text: string): Content {
  return { template: FREE, fields: { [TEXT]: text }, goals: [] };
}

/** The template of a section; one that the server no longer has is made of the section's own fields. */
export function templateOf(templates: readonly Template[], content: Content): Template {
  const found = templates.find((one) => one.id === content.template);
  if (found !== undefined) return found;
  if (content.template === FREE) return FREE_TEMPLATE;
  const fields = Object.keys(content.fields).map((name) => ({ name, title: name, hint: "", required: false }));
  return { id: content.template, title: content.template, fields, offered: false };
}

const written = (content: Content): [string, string][] => Object.entries(content.fields).filter(([, text]) => text !== "");

export function isEmpty(content: Content): boolean {
  return written(content).every(([, text]) => text.trim() === "");
}

/** All that was written, field by field. */
export function textOf(content: Content): string {
  return written(content)
    .map(([, text]) => text)
    .join("\n\n");
}

export function same(a: Content, b: Content): boolean {
  if (a === b) return true;
  const mine = written(a);
  return (
    (mine.length === 0 || a.template === b.template) &&
    mine.length === written(b).length &&
    mine.every(([name, text]) => b.fields[name] === text) &&
    a.goals.length === b.goals.length &&
    a.goals.every((goal) => b.goals.includes(goal))
  );
}

/** The same words under another template: what has no field of its name there goes to the first one. */
export function refit(content: Content, to: Template): Content {
  const fields: Record<string, string> = {};
  const homeless: string[] = [];
  const names = new Set(to.fields.map((field) => field.name));
  for (const [name, text] of written(content)) {
    if (names.has(name)) fields[name] = text;
    else homeless.push(text);
  }
  const first = to.fields[0]?.name ?? TEXT;
  if (homeless.length > 0) fields[first] = [...homeless, ...(fields[first] === undefined ? [] : [fields[first]])].join("\n\n");
  return { template: to.id, fields, goals: content.goals };
}

/** An empty section with what the session has said of itself, where the template has a field for it. */
export function prefilled(content: Content, template: Template, said: Readonly<Record<string, string>>): Content {
  const known = template.fields.flatMap(({ name }) => (said[name] ? [[name, said[name]] as const] : []));
  return known.length === 0 ? content : { ...content, fields: { ...Object.fromEntries(known), ...content.fields } };
}

function joined(theirs: string, mine: string): string {
  if (mine === "" || theirs.includes(mine)) return theirs;
  return theirs === "" || mine.includes(theirs) ? mine : `${theirs}\n\n${mine}`;
}

/** Both texts, field by field, under their template, and all goals that either picked. */
export function merged(theirs: Content, mine: Content, templates: readonly Template[]): Content {
  const fitted = isEmpty(theirs) || theirs.template === mine.template ? mine : refit(mine, templateOf(templates, theirs));
  const names = new Set([...Object.keys(theirs.fields), ...Object.keys(fitted.fields)]);
  const fields = Object.fromEntries([...names].map((name) => [name, joined(theirs.fields[name] ?? "", fitted.fields[name] ?? "")]));
  return { template: fitted.template, fields, goals: [...new Set([...theirs.goals, ...fitted.goals])] };
}

/** How far a section is, by what this page knows alone. */
export function progress(content: Content, template: Template): "empty" | "begun" | "written" {
  if (isEmpty(content)) return "empty";
  const whole = template.fields.every((field) => !field.required || (content.fields[field.name] ?? "").trim() !== "");
  return whole ? "written" : "begun";
}

/** What `If-Match` of signing names: the revision of each section that was ever saved. */
export function tagOf(shown: Iterable<{ readonly about: string; readonly revision: number }>): string {
  return [...shown]
    .filter(({ revision }) => revision > 0)
    .sort((a, b) => (a.about < b.about ? -1 : 1))
    .map(({ about, revision }) => `${about}:${revision}`)
    .join(",");
}

export interface Excerpt {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

const AROUND = 40;

/** A place in a text with some words around it. `start` and `end` count UTF-16 units. */
export function excerpt(text: string, start: number, end: number): Excerpt {
  const from = Math.max(0, start - AROUND);
  const to = Math.min(text.length, end + AROUND);
  const before = from === 0 ? text.slice(0, start) : `…${text.slice(from, start).replace(/^\S*\s/, "")}`;
  const after = to === text.length ? text.slice(end) : `${text.slice(end, to).replace(/\s\S*$/, "")}…`;
  return { before, marked: text.slice(start, end), after };
}

/** Places that count characters (code points), as UTF-16 units. */
export function inUnits(text: string, places: readonly (readonly [number, number])[]): [number, number][] {
  const characters = [...text];
  const units = (count: number): number => characters.slice(0, count).join("").length;
  return places.map(([start, end]) => [units(start), units(end)]);
}

/** `text` in the place of the selection. */
export function inserted(before: string, start: number, end: number, text: string): { readonly text: string; readonly caret: number } {
  return { text: before.slice(0, start) + text + before.slice(end), caret: start + text.length };
}

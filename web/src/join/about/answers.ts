/** The questions about today: what is sent, and what is still missing. Pure. The server checks the same again. */
export interface CheckIn {
  location: string;
  state: string;
  contact_name: string;
  contact_phone: string;
  callback_phone: string;
  alone: boolean;
  agreement: string;
}

export type Question = "location" | "state" | "contact_name" | "contact_phone" | "callback_phone" | "alone" | "agreement";

/** In the order of the page, so that the first one can take the focus. */
export const QUESTIONS: readonly Question[] = [
  "location",
  "state",
  "contact_name",
  "contact_phone",
  "callback_phone",
  "alone",
  "agreement",
];

const PHONE = /^[0-9+(][0-9+()./ x-]{5,31}$/;

/** Control characters, and marks that turn the direction of text, have no place in an address. */
export function tidy(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .trim();
}

export function phone(text: string): string {
  return tidy(text)
    .replaceAll(/[\u2010-\u2015]/g, "-")
    .replaceAll("\u00a0", " ");
}

export function missing(answers: CheckIn): Question[] {
  const wrong: Record<Question, boolean> = {
    location: tidy(answers.location).length < 3,
    state: answers.state === "",
    contact_name: tidy(answers.contact_name) === "",
    contact_phone: !PHONE.test(phone(answers.contact_phone)),
    callback_phone: !PHONE.test(phone(answers.callback_phone)),
    alone: !answers.alone,
    agreement: answers.agreement === "",
  };
  return QUESTIONS.filter((question) => wrong[question]);
}

export function ready(answers: CheckIn): CheckIn {
  return {
    ...answers,
    location: tidy(answers.location),
    contact_name: tidy(answers.contact_name),
    contact_phone: phone(answers.contact_phone),
    callback_phone: phone(answers.callback_phone),
  };
}

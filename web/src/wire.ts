/**
 * The signalling wire. Written by `python -m telehealth.edge.wire` from telehealth/edge/messages.py:
 * change that, not this. Times are UTC milliseconds.
 */

/** Why something was refused. */
export type RefusalCode =
  | "malformed"
  | "unknown_message"
  | "too_large"
  | "too_many"
  | "not_signed_in"
  | "not_allowed"
  | "not_now"
  | "internal"
  | "link_not_valid"
  | "check_in_missing"
  | "consent_missing"
  | "not_in_room"
  | "no_such_member"
  | "no_such_thing"
  | "not_open_yet"
  | "locked"
  | "full"
  | "removed"
  | "ended"
  | "cancelled"
  | "impossible"
  | "stale"
  | "already_signed"
  | "note_incomplete"
  | "no_media"
  | "side_room_taken"
  | "breakouts_open"
  | "alarm_open"
  | "unreadable"
  | "quiet"
  | "looked_at"
  | "nobody_here";

/** Where a member is, whether connected or not. */
export type Standing =
  | "waiting"
  | "seated"
  | "left"
  | "removed";

/** A person's part in one session (DOMAIN 1.6). */
export type Role =
  | "facilitator"
  | "cofacilitator"
  | "observer"
  | "client"
  | "collateral"
  | "interpreter"
  | "peer_host";

/** Something that can be asked of a room. */
export type Action =
  | "speak"
  | "chat_all"
  | "chat_staff"
  | "see_waiting"
  | "see_legal_names"
  | "skip_waiting"
  | "admit"
  | "waive"
  | "mute_others"
  | "hold_back"
  | "look_in"
  | "call_on"
  | "spotlight"
  | "quiet"
  | "remove"
  | "lock"
  | "break"
  | "side_room"
  | "breakouts"
  | "privacy"
  | "moment"
  | "call_help"
  | "crisis"
  | "tools"
  | "lead"
  | "end"
  | "write_notes";

/** Why somebody is not with the group. */
export type Apart =
  | ""
  | "aside"
  | "private"
  | "moment"
  | "look";

/** How closely staff look after somebody in this session. */
export type Risk =
  | "none"
  | "watch"
  | "at_risk";

/** Whether participants are kept muted. */
export type Quiet =
  | ""
  | "quiet"
  | "guided";

/** What came of a step. */
export type Outcome =
  | "reached"
  | "no_answer"
  | "done"
  | "skipped";

export const MAX_MESSAGE = 262144;

/** Enter a session: into the waiting room, back to one's seat, or (staff) straight in. */
export interface Join {
  readonly session: string;
  readonly tab: string;
  readonly op: string;
  readonly microphone?: boolean;
  readonly camera?: boolean;
  /** Position of the last chat message that the page has. */
  readonly chat_after?: string;
  /** The page's first SDP offer, which saves it a round trip; empty: it offers by itself, or has its answer. */
  readonly offer?: string;
}

/** The page's whole SDP offer: first, after a new media epoch, or to restart ICE. */
export interface Offer {
  readonly sdp: string;
  /** The media epoch that the page knows (0 before the first answer). */
  readonly epoch: number;
}

export interface ViewTile {
  readonly member: number;
  /** CSS pixels; 0 is not visible. */
  readonly width: number;
}

/** What the page shows, largest first: decides which video flows in its slots. */
export interface View {
  readonly tiles: readonly ViewTile[];
  /** The person asks for little data: sound, and of the pictures no more than whoever speaks, at their smallest. */
  readonly saving?: boolean;
}

/** What the page sends from now on. */
export interface SetMedia {
  readonly op: string;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

export interface SetHand {
  readonly op: string;
  readonly raised: boolean;
}

/**
 * Write to "all", to "staff", or (staff only) to "member:N". Whoever waits writes to "staff", in 500 characters at
 * most; only the hosts read that, and only they and that one person an answer.
 */
export interface Chat {
  readonly op: string;
  readonly to: string;
  readonly text: string;
}

export interface Admit {
  readonly op: string;
  /** None admits everybody who waits. */
  readonly members?: readonly number[] | null;
}

/** Let somebody be admitted who has no consent on file, and say why. Who waived what stays in the record. */
export interface Waive {
  readonly op: string;
  readonly member: number;
  readonly reason: "paper" | "spoken" | "urgent";
}

export interface Remove {
  readonly op: string;
  readonly member: number;
}

/** Send somebody from their seat to the waiting room, from where they can be admitted again. */
export interface HoldBack {
  readonly op: string;
  readonly member: number;
}

/**
 * See and speak with somebody who waits before letting them in, or stop. They are told before anything flows, and
 * nobody else sees or hears the two.
 */
export interface LookIn {
  readonly op: string;
  readonly member: number;
  readonly on: boolean;
}

export interface AllowBack {
  readonly op: string;
  readonly member: number;
}

export interface Mute {
  readonly op: string;
  /** None mutes everybody but staff. */
  readonly member?: number | null;
}

export interface Lock {
  readonly op: string;
  readonly locked: boolean;
}

/** Begin a break for everybody, or end it. Nobody is moved or muted: the time is counted apart. */
export interface Break {
  readonly op: string;
  readonly on: boolean;
}

/** Take members into the side room, or bring them back. A client may bring back nobody but themself. */
export interface Aside {
  readonly op: string;
  readonly members: readonly number[];
  readonly on: boolean;
}

export interface Placed {
  readonly member: number;
  /** A breakout room; 0 is the main room. */
  readonly room: number;
}

/** Part the group into breakout rooms. Who is not placed stays in the main room. */
export interface OpenBreakouts {
  readonly op: string;
  readonly rooms: number;
  readonly placed: readonly Placed[];
  /** After which everybody comes back by itself; none: when a host says so. */
  readonly minutes?: number | null;
}

/** Move members to a breakout room or to the main room. A client may move nobody but themself, and only back. */
export interface Place {
  readonly op: string;
  readonly placed: readonly Placed[];
}

/** More minutes for the breakout rooms; where they had no end, it is this many minutes from now. */
export interface MoreTime {
  readonly op: string;
  readonly minutes: number;
}

/** Everybody back to the main room, at once. */
export interface Recall {
  readonly op: string;
}

/** Be heard in all rooms, or only in one's own again. */
export interface Announce {
  readonly op: string;
  readonly on: boolean;
}

/** Ask for a host to come to one's breakout room, or take that back. */
export interface WantHost {
  readonly op: string;
  readonly on: boolean;
}

/** Who of those present was in which breakout room the last time. */
export interface Remembered {
  readonly op: string;
}

/** Hide the group from one client and the client from the group, or let them be together again. */
export interface Privacy {
  readonly op: string;
  readonly member: number;
  readonly on: boolean;
}

/** Step away from everybody for a moment, or come back: nothing is heard or seen either way. */
export interface Moment {
  readonly op: string;
  readonly on: boolean;
}

/** Show one person large to everybody, or nobody. */
export interface Spotlight {
  readonly op: string;
  readonly member: number | null;
}

/** Keep participants muted; they write to staff only. */
export interface SetQuiet {
  readonly op: string;
  readonly mode: "" | "guided" | "quiet";
}

/** Ask somebody to unmute, which lowers their hand, or no longer. Whoever is asked says "not now" with it, too. */
export interface AskUnmute {
  readonly op: string;
  readonly member: number;
  readonly on: boolean;
}

export interface LowerHands {
  readonly op: string;
  /** None lowers all. */
  readonly member?: number | null;
}

/** Hand the lead over, or (naming oneself) take it where nobody leads any more. */
export interface PassLead {
  readonly op: string;
  readonly member: number;
}

/** A client asks for help. Nobody but staff learns of it. */
export interface CallHelp {
  readonly op: string;
}

/** A host has seen a call for help and takes care of it. */
export interface AnswerHelp {
  readonly op: string;
  readonly member: number;
}

/** How closely staff look after somebody in this session. */
export interface MarkRisk {
  readonly op: string;
  readonly member: number;
  readonly risk: "at_risk" | "none" | "watch";
}

/** Somebody may go now without an alarm, or may not after all. */
export interface ApproveLeave {
  readonly op: string;
  readonly member: number;
  readonly on: boolean;
}

/** Wait no longer for an expected client whom nobody has seen, or wait for them again. */
export interface MarkNoShow {
  readonly op: string;
  readonly person: string;
  readonly on: boolean;
}

/** A step of the crisis plan was taken. */
export interface TakeStep {
  readonly op: string;
  readonly member: number;
  readonly step: string;
  readonly outcome: "done" | "no_answer" | "reached" | "skipped";
}

/** Nothing more has to be done about somebody who went without leave. */
export interface CloseAlarm {
  readonly op: string;
  readonly member: number;
}

/** Show this card of this format to everybody. */
export interface CardsShow {
  readonly do: "cards.show";
  readonly format: string;
  readonly card: number;
}

/** Put the cards away. */
export interface CardsClose {
  readonly do: "cards.close";
}

/** Everybody gets out their own. */
export interface PlanOpen {
  readonly do: "plan.open";
}

/** And puts it away. */
export interface PlanClose {
  readonly do: "plan.close";
}

/** What I do in a plan: how far I have saved it, and where I am typing. */
export interface PlanHere {
  readonly do: "plan.here";
  /** Whose plan. */
  readonly of: number;
  readonly revision: number;
  /** The line or section; empty: nowhere. */
  readonly place?: string;
}

/** Show a section to the group. */
export interface PlanShow {
  readonly do: "plan.show";
  readonly of: number;
  readonly title: string;
  readonly lines: readonly string[];
}

export interface PlanHide {
  readonly do: "plan.hide";
}

/** Begin with whoever sits first. */
export interface RoundsStart {
  readonly do: "rounds.start";
  /** For each; 0: as long as they like. */
  readonly seconds?: number;
  /** Whether those who lead take part. */
  readonly hosts?: boolean;
  /** What everybody is asked. */
  readonly topic?: string;
}

/** The turn of `after` is over. Whoever has it may say so, and those who lead. */
export interface RoundsNext {
  readonly do: "rounds.next";
  /** 0: nobody had one. So that two who press at once do not leave somebody out. */
  readonly after: number;
}

/** Not this time. Of oneself only. */
export interface RoundsPass {
  readonly do: "rounds.pass";
}

/** After all: a turn for oneself, at the end. */
export interface RoundsBack {
  readonly do: "rounds.back";
}

/** Somebody whose turn is to come has it sooner or later. */
export interface RoundsPut {
  readonly do: "rounds.put";
  readonly member: number;
  readonly place: "next" | "last";
}

/** Leave somebody out of this round, without a word to anybody. */
export interface RoundsSkip {
  readonly do: "rounds.skip";
  readonly member: number;
}

/** End it for everybody. */
export interface RoundsStop {
  readonly do: "rounds.stop";
}

/** Ask every client. */
export interface ScalesOpen {
  readonly do: "scales.open";
  readonly when: "in" | "out";
}

export interface ScaleAnswer {
  readonly item: string;
  readonly value: number | boolean | string;
  /** Show it to the group. */
  readonly shared: boolean;
}

/** One's own answers, instead of those given before. Items that are left out were not answered. */
export interface ScalesAnswer {
  readonly do: "scales.answer";
  readonly given: readonly ScaleAnswer[];
}

/** Ask no longer. What was answered is kept, and is no longer shown to the group. */
export interface ScalesClose {
  readonly do: "scales.close";
}

/** Count down, instead of what was counted before. */
export interface TimerStart {
  readonly do: "timer.start";
  readonly what: "exercise" | "break" | "session";
  readonly seconds: number;
  /** Whether a bell rings at the end. */
  readonly bell?: boolean;
}

/** So much longer, from the end that it has or, if that is over, from now. */
export interface TimerMore {
  readonly do: "timer.more";
  readonly seconds: number;
}

/** Put the clock away. */
export interface TimerStop {
  readonly do: "timer.stop";
}

/** So many seconds from now; again, if it has begun. */
export interface GoodbyeBegin {
  readonly do: "goodbye.begin";
  readonly seconds: number;
}

/** The session goes on. */
export interface GoodbyeCancel {
  readonly do: "goodbye.cancel";
}

/** Ask these members; without `members`, everybody who takes part. */
export interface PresenceAsk {
  readonly do: "presence.ask";
  readonly members?: readonly number[] | null;
}

/** "I'm here." */
export interface PresenceHere {
  readonly do: "presence.here";
}

/** Put the questions and answers away, also those that nobody has answered. */
export interface PresenceClear {
  readonly do: "presence.clear";
}

/** Begin a sitting; whatever is under way ends. */
export interface BellBegin {
  readonly do: "bell.begin";
  readonly length: number;
  /** Seconds between two bells in between; 0 is none. */
  readonly every?: number;
  /** Silent seconds before the first bell. */
  readonly preparation?: number;
  readonly sound?: "bowl" | "chime" | "wood";
  readonly first?: boolean;
  readonly last?: boolean;
}

/** Hold the sitting. */
export interface BellPause {
  readonly do: "bell.pause";
}

/** Go on with it. */
export interface BellResume {
  readonly do: "bell.resume";
}

/** One stroke, at any time. */
export interface BellRing {
  readonly do: "bell.ring";
  readonly sound?: "bowl" | "chime" | "wood";
}

/** Put it away, without a bell. */
export interface BellEnd {
  readonly do: "bell.end";
}

/** Show it, or show it otherwise. */
export interface CalmShow {
  readonly do: "calm.show";
  readonly shape?: "circle" | "dusk" | "tide";
  readonly inhale?: number;
  readonly hold?: number;
  readonly exhale?: number;
  readonly rest?: number;
}

/** Put it away. */
export interface CalmHide {
  readonly do: "calm.hide";
}

/** My page plays now. */
export interface MusicBegin {
  readonly do: "music.begin";
}

/** Nobody's does. */
export interface MusicEnd {
  readonly do: "music.end";
}

/** Hand out paper: a shared sheet, or first one for each, with what it is about. */
export interface BoardOpen {
  readonly do: "board.open";
  readonly prompt?: string;
  /** Everybody begins on a sheet of their own, which nobody sees until they show it. */
  readonly own?: boolean;
}

/** Put the board away. What is on it stays until the session ends or somebody clears it. */
export interface BoardClose {
  readonly do: "board.close";
}

/** Whether only those who lead may draw, and whether everybody is told who drew what. */
export interface BoardRules {
  readonly do: "board.rules";
  readonly locked: boolean;
  readonly names: boolean;
}

/** Take everything off the shared sheet. */
export interface BoardClear {
  readonly do: "board.clear";
}

/** Something that somebody put on a sheet. */
export interface Mark {
  readonly form: "circle" | "heart" | "line" | "square" | "star" | "text" | "triangle";
  readonly colour: "clay" | "ink" | "leaf" | "plum" | "rose" | "sea" | "stone" | "sun";
  readonly width: number;
  /** Of a line its points; of a shape two opposite corners; of a text where it begins. */
  readonly at: string;
  readonly text: string;
}

/** Put marks on the shared sheet. */
export interface BoardDraw {
  readonly do: "board.draw";
  readonly marks: readonly Mark[];
}

/** Take my last mark off the shared sheet. */
export interface BoardUndo {
  readonly do: "board.undo";
}

/** Show everybody the sheet that I made for myself, in place of the one that I showed before. */
export interface BoardShow {
  readonly do: "board.show";
  readonly marks: readonly Mark[];
  /** What is to be seen on it, for whoever does not see. */
  readonly words?: string;
}

/** Show a sheet no longer. */
export interface BoardTakeBack {
  readonly do: "board.take_back";
  readonly sheet: number;
}

/** Say what is to be seen on the shared sheet. */
export interface BoardDescribe {
  readonly do: "board.describe";
  readonly words: string;
}

/** Show a material to everybody, from the page where it was left, if it was shown before. */
export interface SlidesOpen {
  readonly do: "slides.open";
  readonly material: string;
  readonly title: string;
  readonly topic?: string;
  readonly pages: number;
  /** Whether those who are here may keep it. */
  readonly handout?: boolean;
}

export interface SlidesTurn {
  readonly do: "slides.turn";
  /** Counted from 0. */
  readonly page: number;
}

/** Put the slides away. */
export interface SlidesClose {
  readonly do: "slides.close";
}

/** What the session is about, for its record. */
export interface SlidesTopic {
  readonly do: "slides.topic";
  readonly topic: string;
}

/** Whether a material that was shown may be kept by those who were here. */
export interface SlidesHandout {
  readonly do: "slides.handout";
  readonly material: string;
  readonly handout: boolean;
}

/** Ask everybody; a poll that still runs ends. */
export interface PollsStart {
  readonly do: "polls.start";
  readonly question: string;
  readonly choices: readonly string[];
  readonly several?: boolean;
  /** To staff, too. */
  readonly anonymous?: boolean;
}

export interface PollsAnswer {
  readonly do: "polls.answer";
  readonly poll: string;
  readonly choices: readonly number[];
}

/** No more answers. */
export interface PollsEnd {
  readonly do: "polls.end";
  readonly poll: string;
}

/** Show everybody how it came out, or no longer. */
export interface PollsShow {
  readonly do: "polls.show";
  readonly poll: string;
  readonly shown: boolean;
}

/** Put them all away. */
export interface PollsClose {
  readonly do: "polls.close";
}

export interface QuizQuestion {
  readonly text: string;
  readonly choices: readonly string[];
  readonly right: readonly number[];
  readonly explanation: string;
}

/** Ask these; an earlier quiz of the session is gone from pages, its counts stay. */
export interface QuizStart {
  readonly do: "quiz.start";
  readonly title?: string;
  readonly questions: readonly QuizQuestion[];
  readonly named?: boolean;
}

export interface QuizAnswer {
  readonly do: "quiz.answer";
  readonly question: number;
  readonly choices: readonly number[];
}

/** No more answers; everybody sees what was right. */
export interface QuizEnd {
  readonly do: "quiz.end";
}

/** Show everybody how the group answered, or no longer. */
export interface QuizShow {
  readonly do: "quiz.show";
  readonly shown: boolean;
}

/** Put it away. */
export interface QuizClose {
  readonly do: "quiz.close";
}

/** Take questions. */
export interface QuestionsOpen {
  readonly do: "questions.open";
  /** Whether those without a name are so for staff, too. */
  readonly hidden?: boolean;
}

/** Take no more, and put them away. */
export interface QuestionsClose {
  readonly do: "questions.close";
}

export interface QuestionsAsk {
  readonly do: "questions.ask";
  readonly text: string;
  readonly anonymous?: boolean;
}

/** That one has the same question, or no longer. */
export interface QuestionsVote {
  readonly do: "questions.vote";
  readonly question: string;
  readonly up: boolean;
}

export interface QuestionsMark {
  readonly do: "questions.mark";
  readonly question: string;
  readonly mark: "answered" | "now" | "waiting";
}

/** Take one's own question back; leaders may with any. */
export interface QuestionsDrop {
  readonly do: "questions.drop";
  readonly question: string;
}

/** Make a move of one of the room's tools. */
export interface Use {
  readonly op: string;
  readonly move: CardsShow | CardsClose | PlanOpen | PlanClose | PlanHere | PlanShow | PlanHide | RoundsStart | RoundsNext | RoundsPass | RoundsBack | RoundsPut | RoundsSkip | RoundsStop | ScalesOpen | ScalesAnswer | ScalesClose | TimerStart | TimerMore | TimerStop | GoodbyeBegin | GoodbyeCancel | PresenceAsk | PresenceHere | PresenceClear | BellBegin | BellPause | BellResume | BellRing | BellEnd | CalmShow | CalmHide | MusicBegin | MusicEnd | BoardOpen | BoardClose | BoardRules | BoardClear | BoardDraw | BoardUndo | BoardShow | BoardTakeBack | BoardDescribe | SlidesOpen | SlidesTurn | SlidesClose | SlidesTopic | SlidesHandout | PollsStart | PollsAnswer | PollsEnd | PollsShow | PollsClose | QuizStart | QuizAnswer | QuizEnd | QuizShow | QuizClose | QuestionsOpen | QuestionsClose | QuestionsAsk | QuestionsVote | QuestionsMark | QuestionsDrop;
}

export interface Leave {
  readonly op: string;
}

/** End the session for everybody. */
export interface End {
  readonly op: string;
}

/** Proof of life, once a second. The acknowledgement is the page's measure of its connection. */
export type Beat = Record<string, never>;

/** How this kind of session is held, as far as it shapes the page (core/kind_rules.py). */
export interface Profile {
  /** circle | pair | stage | calm */
  readonly layout: "circle" | "pair" | "stage" | "calm";
  /** expected | optional | off */
  readonly camera: "expected" | "optional" | "off";
  /** voice | music */
  readonly media: "voice" | "music";
  /** everyone | hosts */
  readonly sees: "everyone" | "hosts";
  /** What is at hand, in the order in which it is offered. */
  readonly tools: readonly string[];
}

/** The viewer. */
export interface You {
  readonly member: number;
  /** waiting | seated | left | removed */
  readonly standing: Standing;
  readonly role: Role;
  readonly may: readonly Action[];
  readonly alias: string;
  readonly seat: number | null;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly hand: boolean;
  /**
   * aside: in the side room; private: held apart from everybody; moment: stepped away by themself; look: looking at
   * somebody who waits, or looked at while waiting; empty: with the group.
   */
  readonly apart: Apart;
  /** Of one's own call for help: called; answered, when a host has seen it; empty where there was none. */
  readonly noted: string;
  /** A host sent them from their seat to the waiting room. */
  readonly held_back: boolean;
  /** A host asks them to unmute. */
  readonly asked: boolean;
  /** Quiet mode keeps them muted: asking for the microphone would be refused. */
  readonly hushed: boolean;
  /** The breakout room that one is in; 0 is the main room. */
  readonly breakout: number;
  /** Whether one has asked for a host to come, and nobody has come yet. */
  readonly wants_host: boolean;
}

/** Somebody seated, as the viewer may see them. */
export interface Participant {
  readonly member: number;
  readonly seat: number;
  readonly alias: string;
  readonly role: Role;
  readonly you: boolean;
  readonly reconnecting: boolean;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  /** When the hand was raised (UTC ms); the order of hands is the order of these. */
  readonly hand: number | null;
  /** Staff only. */
  readonly legal_name: string | null;
  /** Staff only: the id under which notes are written. */
  readonly person: string | null;
  /** Staff only: seated since (UTC ms). */
  readonly since: number | null;
  /** Staff only: why they were admitted without a consent on file. */
  readonly consent_waived: string | null;
  /** Together with the viewer. Who is not has stepped away, for the others: nothing of them is heard or seen. */
  readonly near: boolean;
  /** Staff only: as in `You`. */
  readonly apart: Apart | null;
  /** Staff only: none | watch | at_risk. */
  readonly risk: Risk | null;
  /** Staff only: whether they may go now. */
  readonly leave_approved: boolean | null;
  /** Staff only: since when they have stepped away by themself (UTC ms). */
  readonly moment: number | null;
  /** Hosts only: they have been asked to unmute. */
  readonly asked: boolean;
  /** Staff only: as in `You`. */
  readonly breakout: number | null;
  /** Staff only: since when they ask for a host to come to their room (UTC ms). */
  readonly wants_host: number | null;
}

/**
 * Somebody who waits, or who was removed and may be let back. Told to those who may see who waits; a peer who hosts
 * learns the alias, the part and since when, and the rest is empty.
 */
export interface AtTheDoor {
  readonly member: number;
  readonly alias: string;
  readonly legal_name: string;
  readonly person: string;
  readonly role: Role;
  readonly since: number;
  readonly reconnecting: boolean;
  /**
   * missing: none was on file when they came; waived: they may be admitted all the same; empty where nothing is to be
   * said.
   */
  readonly consent: string;
  readonly risk: Risk;
  /** A host sent them out of their seat: "admit all" does not mean them. */
  readonly held_back: boolean;
  /** They may go now without an alarm, where `risk` says that staff look after them. */
  readonly leave_approved: boolean;
  /** Whether they have one switched on that would be heard if somebody looked in. For those who may look in. */
  readonly microphone: boolean;
  readonly camera: boolean;
  /** The host who looks in on them now. */
  readonly looked_at_by: number | null;
}

/** A step of the crisis plan that was taken. */
export interface StepView {
  readonly step: string;
  readonly outcome: Outcome;
  readonly at: number;
  /** The alias of whoever took it. */
  readonly by: string;
}

/** Somebody who needs staff now. Told to staff only. */
export interface Alert {
  readonly member: number;
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  /** help: they called for it. Gone without leave: network | closed | left. */
  readonly why: string;
  readonly at: number;
  /** The last proof of somebody who is gone. */
  readonly since: number;
  /** When somebody first spoke with them again. */
  readonly contact: number | null;
  readonly steps: readonly StepView[];
}

/** The group has parted into rooms, numbered from 1. */
export interface BreakoutsView {
  readonly rooms: number;
  readonly since: number;
  /** When everybody comes back by itself (UTC ms). */
  readonly until: number | null;
}

/** The host who speaks to all rooms, and may be none of `members`. */
export interface Announcer {
  readonly member: number;
  readonly alias: string;
}

/** One host and one person who waits see and hear each other and nobody else. Told to these two. */
export interface Look {
  /** The other of the two. */
  readonly member: number;
  readonly alias: string;
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** One room for one viewer. */
export interface RoomView {
  readonly version: number;
  readonly session: string;
  readonly kind: string;
  readonly starts: number;
  readonly ends: number;
  readonly began: number | null;
  readonly locked: boolean;
  /** When the break that goes on began (UTC ms). */
  readonly break_since: number | null;
  readonly ended: boolean;
  readonly host_here: boolean;
  /** A page whose peer connection belongs to an older epoch offers again. */
  readonly media_epoch: number;
  readonly profile: Profile;
  readonly you: You;
  /** In seating order: the same on every screen. */
  readonly members: readonly Participant[];
  readonly waiting: readonly AtTheDoor[];
  readonly removed: readonly AtTheDoor[];
  /** Oldest first. */
  readonly alerts: readonly Alert[];
  /** quiet: participants are muted and write to staff only; guided: the same, while one voice leads an exercise. */
  readonly quiet: Quiet;
  /** Who is to be shown large; one of `members`, and near. */
  readonly spotlight: number | null;
  /** Who was handed the lead or took it; null: the facilitators lead. For whoever may lead. */
  readonly lead: number | null;
  /** The session goes on without a host, so that nobody can be let in until one is back. */
  readonly paused: boolean;
  /** null while everybody is in one room, and for a client who is apart. */
  readonly breakouts: BreakoutsView | null;
  /** For those who hear them, and for staff. */
  readonly announcer: Announcer | null;
  /** Whom the viewer looks at, or who looks at them while they wait. */
  readonly look: Look | null;
}

/** One chat message as a reader sees it. */
export interface ChatLine {
  /** Position in the room's ring: increasing, opaque. */
  readonly id: string;
  readonly sender: number;
  readonly alias: string;
  /** all | staff | member:N */
  readonly to: string;
  readonly text: string;
  readonly at: number;
}

export interface CardsSeen {
  readonly tool: "cards";
  readonly open: boolean;
  readonly format: string;
  /** Counted from 0. */
  readonly card: number;
}

/** The revision that somebody's plan has reached. */
export interface PlanMark {
  readonly of: number;
  readonly revision: number;
}

export interface PlanTyping {
  readonly member: number;
  readonly of: number;
  readonly place: string;
  /** Who has typed nothing for some seconds types no longer. */
  readonly at: number;
}

/** A section before everybody's eyes. */
export interface PlanShown {
  readonly of: number;
  readonly by: number;
  readonly title: string;
  readonly lines: readonly string[];
  /** Of those to whom it is shown. */
  readonly circle: number;
}

export interface PlanSeen {
  readonly tool: "plan";
  /** For everybody, or because a section is shown. */
  readonly open: boolean;
  /** One's own; of everybody for staff who lead. */
  readonly plans: readonly PlanMark[];
  /** In these plans. */
  readonly typing: readonly PlanTyping[];
  readonly shown: PlanShown | null;
}

export interface RoundsOne {
  readonly member: number;
  readonly turn: "to_come" | "now" | "done" | "passed" | "skipped";
}

export interface RoundsSeen {
  readonly tool: "rounds";
  readonly open: boolean;
  readonly topic: string;
  readonly seconds: number;
  /** When the turn began that goes on. */
  readonly began: number;
  /** In the order of their turns. For clients, the turn of who was skipped is over like any other. */
  readonly people: readonly RoundsOne[];
}

/** One question. */
export interface ScaleItem {
  readonly code: string;
  readonly answers: "scale" | "yes_no" | "words";
  readonly asked: readonly ("in" | "out")[];
  /** The question, by language. */
  readonly text: Readonly<Record<string, string>>;
  /** What 0 means; empty where there is no scale. */
  readonly low: Readonly<Record<string, string>>;
  readonly high: Readonly<Record<string, string>>;
  readonly licence: string;
  /** low | high: which end one hopes for; empty where none is better. */
  readonly better: string;
  /** The answer to yes or no that calls staff in silence; None: neither. */
  readonly signal: boolean | null;
}

/** The answer to one item. What somebody would rather not say is not there. */
export interface ScaleGiven {
  readonly item: string;
  readonly value: number | boolean | string;
  /** Shown to the group, by the client's own choice. */
  readonly shared: boolean;
}

/** What one member answered, as far as the viewer may know it. */
export interface ScalesOf {
  readonly member: number;
  readonly when: "in" | "out";
  readonly at: number;
  readonly given: readonly ScaleGiven[];
  readonly circle: number;
}

export interface ScalesSeen {
  readonly tool: "scales";
  readonly open: boolean;
  readonly when: "in" | "out";
  readonly items: readonly ScaleItem[];
  /** Oneself; of others what they show to the group; for those who lead everybody, of both times. */
  readonly people: readonly ScalesOf[];
}

export interface TimerSeen {
  readonly tool: "timer";
  readonly open: boolean;
  readonly what: "exercise" | "break" | "session";
  readonly began: number;
  readonly ends: number;
  readonly bell: boolean;
}

export interface GoodbyeSeen {
  readonly tool: "goodbye";
  readonly open: boolean;
  /** When the session ends, by the server's clock. */
  readonly at: number;
  /** The member whose page will end it. */
  readonly by: number;
}

/** Somebody was asked. */
export interface PresenceRow {
  readonly member: number;
  readonly asked: number;
  readonly answered: number | null;
}

export interface PresenceSeen {
  readonly tool: "presence";
  /** Whether a question to this person waits for their answer. */
  readonly open: boolean;
  /** For hosts of the staff: whom one of them asked, in order of time. */
  readonly asked: readonly PresenceRow[];
}

/** One that was begun. */
export interface Sitting {
  readonly sound: "bowl" | "chime" | "wood";
  readonly length: number;
  readonly every: number;
  readonly preparation: number;
  readonly first: boolean;
  readonly last: boolean;
  /** Time that had passed of it, preparation included, when it last began to run or stopped. */
  readonly passed: number;
  /** Since when it has been running; null while it is held. */
  readonly since: number | null;
}

/** The bell as everybody together has it. Times are the server's; strokes follow from them. */
export interface BellSeen {
  readonly tool: "bell";
  readonly open: boolean;
  readonly sitting: Sitting | null;
  readonly rung: number;
  readonly rung_sound: "bowl" | "chime" | "wood";
}

/** What a page draws. Lengths are in seconds; the first breath in begins at `since`, server time. */
export interface CalmSeen {
  readonly tool: "calm";
  readonly open: boolean;
  readonly shape: "circle" | "dusk" | "tide";
  readonly inhale: number;
  readonly hold: number;
  readonly exhale: number;
  readonly rest: number;
  readonly since: number;
}

/** Whose page plays. */
export interface MusicSeen {
  readonly tool: "music";
  readonly open: boolean;
  readonly by: number | null;
}

/** A mark as one page sees it. */
export interface MarkSeen {
  readonly id: number;
  readonly form: "circle" | "heart" | "line" | "square" | "star" | "text" | "triangle";
  readonly colour: "clay" | "ink" | "leaf" | "plum" | "rose" | "sea" | "stone" | "sun";
  readonly width: number;
  readonly at: string;
  readonly text: string;
  /** Who made it, for those who may know. */
  readonly by: number | null;
}

/** A sheet that somebody shows. */
export interface SheetSeen {
  readonly id: number;
  readonly mine: boolean;
  readonly by: number | null;
  readonly words: string;
  readonly marks: readonly MarkSeen[];
}

/** The board as one page sees it. */
export interface BoardSeen {
  readonly tool: "board";
  readonly open: boolean;
  readonly prompt: string;
  readonly own: boolean;
  readonly locked: boolean;
  readonly names: boolean;
  readonly words: string;
  /** How many of the marks are the viewer's: whether there is one to take back. */
  readonly mine: number;
  readonly marks: readonly MarkSeen[];
  readonly sheets: readonly SheetSeen[];
}

/** A material that may be kept. */
export interface Handout {
  readonly material: string;
  readonly title: string;
}

export interface SlidesSeen {
  readonly tool: "slides";
  readonly open: boolean;
  readonly material: string;
  readonly title: string;
  readonly pages: number;
  /** The presenter's. */
  readonly page: number;
  /** What the record will say the session was about. */
  readonly topic: string;
  readonly handouts: readonly Handout[];
  /** Materials that were shown, for leaders. */
  readonly shown: readonly string[];
}

/** Of somebody, where staff may know. */
export interface PollVote {
  readonly member: number;
  readonly choices: readonly number[];
}

export interface PollSeen {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly string[];
  readonly several: boolean;
  readonly anonymous: boolean;
  readonly running: boolean;
  readonly shown: boolean;
  /** By this person. */
  readonly answered: boolean;
  /** Their choices, where they can be changed. */
  readonly mine: readonly number[];
  /** For leaders at once, for all when they are shown. */
  readonly counts: readonly number[] | null;
  /** How many have answered; the same. */
  readonly total: number | null;
  /** For staff who lead, where the poll is not anonymous. */
  readonly answers: readonly PollVote[];
}

export interface PollsSeen {
  readonly tool: "polls";
  readonly open: boolean;
  /** Oldest first. For those who do not lead: what runs, and what is shown. */
  readonly polls: readonly PollSeen[];
}

export interface QuestionSeen {
  readonly text: string;
  readonly choices: readonly string[];
  readonly several: boolean;
  readonly mine: readonly number[] | null;
  /** Once this person has answered, or the quiz has ended. */
  readonly right: readonly number[] | null;
  /** The same. */
  readonly explanation: string;
  /** How often each choice was chosen: for leaders at once, for all when they are shown. */
  readonly counts: readonly number[] | null;
  readonly answered: number | null;
  readonly correct: number | null;
}

export interface Score {
  readonly member: number;
  readonly right: number;
  readonly answered: number;
}

export interface QuizSeen {
  readonly tool: "quiz";
  readonly open: boolean;
  readonly running: boolean;
  readonly shown: boolean;
  readonly named: boolean;
  readonly title: string;
  readonly questions: readonly QuestionSeen[];
  /** For staff who lead, where the quiz is named. */
  readonly scores: readonly Score[];
}

export interface AskedSeen {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  readonly mark: "answered" | "now" | "waiting";
  readonly votes: number;
  readonly voted: boolean;
  readonly mine: boolean;
  readonly anonymous: boolean;
  /** Null where this person may not know. */
  readonly by: number | null;
}

export interface QuestionsSeen {
  readonly tool: "questions";
  readonly open: boolean;
  readonly hidden: boolean;
  /** What is answered now, then those that wait, most wanted first, then those that were answered. */
  readonly questions: readonly AskedSeen[];
}

/** What has changed of the shared sheet. */
export interface BoardNews {
  readonly tool: "board";
  readonly mine: number;
  /** New ones, to go on top. */
  readonly marks: readonly MarkSeen[];
  readonly gone: readonly number[];
}

/** What this page sees of a tool after a move, whole or what is new. The highest version is kept. */
export interface ToolTold {
  readonly type: "tool";
  readonly tool: string;
  readonly version: number;
  /** null: nothing of it is for this page now, or there are news. */
  readonly seen: CardsSeen | PlanSeen | RoundsSeen | ScalesSeen | TimerSeen | GoodbyeSeen | PresenceSeen | BellSeen | CalmSeen | MusicSeen | BoardSeen | SlidesSeen | PollsSeen | QuizSeen | QuestionsSeen | null;
  /** What has changed of what this page was told before. */
  readonly news?: BoardNews | null;
}

export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** Acknowledgement of `offer`. */
export interface OfferAnswer {
  readonly ok: true;
  readonly sdp: string;
  readonly epoch: number;
}

/** Acknowledgement of `join`. */
export interface JoinAnswer {
  readonly ok: true;
  readonly room: RoomView;
  readonly chat: readonly ChatLine[];
  /** What is seen of each tool that was used in this session; a list of none while one waits. */
  readonly tools: readonly ToolTold[];
  readonly ice_servers: readonly IceServer[];
  /** What the offer is answered; null if there was none, or no media worker for it yet: the page offers by itself. */
  readonly media: OfferAnswer | null;
}

/** Acknowledgement of `remembered`. */
export interface RememberedAnswer {
  readonly ok: true;
  /** Of this session, or of the group's last meeting that had breakout rooms; empty: there were none. */
  readonly source: "" | "meeting" | "session";
  readonly placed: readonly Placed[];
}

/** Acknowledgement of `beat`. */
export interface BeatAnswer {
  readonly ok: true;
  /** The server's time. Pages count by it, so that a bell rings everywhere at once. */
  readonly at: number;
}

/** Acknowledgement of everything else that was done: there is nothing to add. */
export interface Done {
  readonly ok: true;
}

/** Acknowledgement of anything that was refused. */
export interface Refused {
  readonly ok: false;
  readonly code: RefusalCode;
}

/** The room as this page may see it, after every change. A page keeps the one with the highest version. */
export interface RoomTold {
  readonly type: "room";
  readonly room: RoomView;
}

/** What flows in one receive slot of the page's peer connection. */
export interface Slot {
  readonly mid: string;
  readonly member: number | null;
  readonly source: "camera" | "microphone" | "screen" | null;
  /**
   * Why no pictures flow in it now, although somebody is in it: the network is too narrow, or the page saves data.
   * They come back by themselves.
   */
  readonly paused: "network" | "saving" | null;
}

/** The whole map from slots to people. */
export interface Slots {
  readonly type: "slots";
  readonly epoch: number;
  readonly version: number;
  readonly slots: readonly Slot[];
}

/** Who speaks now, loudest first. */
export interface Speaking {
  readonly type: "speaking";
  readonly members: readonly number[];
}

export interface ChatTold {
  readonly type: "chat_line";
  readonly line: ChatLine;
}

/** The server closes this socket for good: the page must not reconnect by itself, except for "restart". */
export interface Bye {
  readonly type: "bye";
  readonly why: "ended" | "other_tab" | "removed" | "restart" | "signed_out" | "too_many";
}

/** What a page may ask of a tool. */
export type Move =
  | CardsShow
  | CardsClose
  | PlanOpen
  | PlanClose
  | PlanHere
  | PlanShow
  | PlanHide
  | RoundsStart
  | RoundsNext
  | RoundsPass
  | RoundsBack
  | RoundsPut
  | RoundsSkip
  | RoundsStop
  | ScalesOpen
  | ScalesAnswer
  | ScalesClose
  | TimerStart
  | TimerMore
  | TimerStop
  | GoodbyeBegin
  | GoodbyeCancel
  | PresenceAsk
  | PresenceHere
  | PresenceClear
  | BellBegin
  | BellPause
  | BellResume
  | BellRing
  | BellEnd
  | CalmShow
  | CalmHide
  | MusicBegin
  | MusicEnd
  | BoardOpen
  | BoardClose
  | BoardRules
  | BoardClear
  | BoardDraw
  | BoardUndo
  | BoardShow
  | BoardTakeBack
  | BoardDescribe
  | SlidesOpen
  | SlidesTurn
  | SlidesClose
  | SlidesTopic
  | SlidesHandout
  | PollsStart
  | PollsAnswer
  | PollsEnd
  | PollsShow
  | PollsClose
  | QuizStart
  | QuizAnswer
  | QuizEnd
  | QuizShow
  | QuizClose
  | QuestionsOpen
  | QuestionsClose
  | QuestionsAsk
  | QuestionsVote
  | QuestionsMark
  | QuestionsDrop;

/** What a page may see of one. */
export type Seen =
  | CardsSeen
  | PlanSeen
  | RoundsSeen
  | ScalesSeen
  | TimerSeen
  | GoodbyeSeen
  | PresenceSeen
  | BellSeen
  | CalmSeen
  | MusicSeen
  | BoardSeen
  | SlidesSeen
  | PollsSeen
  | QuizSeen
  | QuestionsSeen;

/** What a page may be told instead of all of it. */
export type News =
  | BoardNews;

export type Ask =
  | Join
  | Offer
  | View
  | SetMedia
  | SetHand
  | Chat
  | Admit
  | Waive
  | Remove
  | HoldBack
  | LookIn
  | AllowBack
  | Mute
  | Lock
  | Break
  | Aside
  | OpenBreakouts
  | Place
  | MoreTime
  | Recall
  | Announce
  | WantHost
  | Remembered
  | Privacy
  | Moment
  | Spotlight
  | SetQuiet
  | AskUnmute
  | LowerHands
  | PassLead
  | CallHelp
  | AnswerHelp
  | MarkRisk
  | ApproveLeave
  | MarkNoShow
  | TakeStep
  | CloseAlarm
  | Use
  | Leave
  | End
  | Beat;

/** What each message is acknowledged with, unless it is `Refused`. */
export interface Answers {
  join: JoinAnswer;
  offer: OfferAnswer;
  view: Done;
  media: Done;
  hand: Done;
  chat: Done;
  admit: Done;
  waive: Done;
  remove: Done;
  hold_back: Done;
  look_in: Done;
  allow_back: Done;
  mute: Done;
  lock: Done;
  break: Done;
  aside: Done;
  breakouts: Done;
  place: Done;
  more_time: Done;
  recall: Done;
  announce: Done;
  want_host: Done;
  remembered: RememberedAnswer;
  privacy: Done;
  moment: Done;
  spotlight: Done;
  quiet: Done;
  ask_unmute: Done;
  lower_hands: Done;
  lead: Done;
  help: Done;
  answer_help: Done;
  risk: Done;
  approve_leave: Done;
  no_show: Done;
  step: Done;
  close_alarm: Done;
  use: Done;
  leave: Done;
  end: Done;
  beat: BeatAnswer;
}

/** What a page sends: name, body, and how it is acknowledged. */
export interface ClientToServerEvents {
  join: (body: Join, answer: (answer: Answers["join"] | Refused) => void) => void;
  offer: (body: Offer, answer: (answer: Answers["offer"] | Refused) => void) => void;
  view: (body: View, answer: (answer: Answers["view"] | Refused) => void) => void;
  media: (body: SetMedia, answer: (answer: Answers["media"] | Refused) => void) => void;
  hand: (body: SetHand, answer: (answer: Answers["hand"] | Refused) => void) => void;
  chat: (body: Chat, answer: (answer: Answers["chat"] | Refused) => void) => void;
  admit: (body: Admit, answer: (answer: Answers["admit"] | Refused) => void) => void;
  waive: (body: Waive, answer: (answer: Answers["waive"] | Refused) => void) => void;
  remove: (body: Remove, answer: (answer: Answers["remove"] | Refused) => void) => void;
  hold_back: (body: HoldBack, answer: (answer: Answers["hold_back"] | Refused) => void) => void;
  look_in: (body: LookIn, answer: (answer: Answers["look_in"] | Refused) => void) => void;
  allow_back: (body: AllowBack, answer: (answer: Answers["allow_back"] | Refused) => void) => void;
  mute: (body: Mute, answer: (answer: Answers["mute"] | Refused) => void) => void;
  lock: (body: Lock, answer: (answer: Answers["lock"] | Refused) => void) => void;
  break: (body: Break, answer: (answer: Answers["break"] | Refused) => void) => void;
  aside: (body: Aside, answer: (answer: Answers["aside"] | Refused) => void) => void;
  breakouts: (body: OpenBreakouts, answer: (answer: Answers["breakouts"] | Refused) => void) => void;
  place: (body: Place, answer: (answer: Answers["place"] | Refused) => void) => void;
  more_time: (body: MoreTime, answer: (answer: Answers["more_time"] | Refused) => void) => void;
  recall: (body: Recall, answer: (answer: Answers["recall"] | Refused) => void) => void;
  announce: (body: Announce, answer: (answer: Answers["announce"] | Refused) => void) => void;
  want_host: (body: WantHost, answer: (answer: Answers["want_host"] | Refused) => void) => void;
  remembered: (body: Remembered, answer: (answer: Answers["remembered"] | Refused) => void) => void;
  privacy: (body: Privacy, answer: (answer: Answers["privacy"] | Refused) => void) => void;
  moment: (body: Moment, answer: (answer: Answers["moment"] | Refused) => void) => void;
  spotlight: (body: Spotlight, answer: (answer: Answers["spotlight"] | Refused) => void) => void;
  quiet: (body: SetQuiet, answer: (answer: Answers["quiet"] | Refused) => void) => void;
  ask_unmute: (body: AskUnmute, answer: (answer: Answers["ask_unmute"] | Refused) => void) => void;
  lower_hands: (body: LowerHands, answer: (answer: Answers["lower_hands"] | Refused) => void) => void;
  lead: (body: PassLead, answer: (answer: Answers["lead"] | Refused) => void) => void;
  help: (body: CallHelp, answer: (answer: Answers["help"] | Refused) => void) => void;
  answer_help: (body: AnswerHelp, answer: (answer: Answers["answer_help"] | Refused) => void) => void;
  risk: (body: MarkRisk, answer: (answer: Answers["risk"] | Refused) => void) => void;
  approve_leave: (body: ApproveLeave, answer: (answer: Answers["approve_leave"] | Refused) => void) => void;
  no_show: (body: MarkNoShow, answer: (answer: Answers["no_show"] | Refused) => void) => void;
  step: (body: TakeStep, answer: (answer: Answers["step"] | Refused) => void) => void;
  close_alarm: (body: CloseAlarm, answer: (answer: Answers["close_alarm"] | Refused) => void) => void;
  use: (body: Use, answer: (answer: Answers["use"] | Refused) => void) => void;
  leave: (body: Leave, answer: (answer: Answers["leave"] | Refused) => void) => void;
  end: (body: End, answer: (answer: Answers["end"] | Refused) => void) => void;
  beat: (body: Beat, answer: (answer: Answers["beat"] | Refused) => void) => void;
}

/** What the server tells a page. */
export interface ServerToClientEvents {
  room: (body: RoomTold) => void;
  slots: (body: Slots) => void;
  speaking: (body: Speaking) => void;
  chat_line: (body: ChatTold) => void;
  tool: (body: ToolTold) => void;
  bye: (body: Bye) => void;
}

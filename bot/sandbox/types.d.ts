// The JSON between the page with the phones and its server: answers as views.py and control.py write them, requests as
// actions.py and control.py read them. Read by the type checker alone; a test compares it with the server.

// Answers

/** GET state: all that a freshly opened page needs. */
export interface State {
  account: Account;
  /** Scheme and host whose pages may open inside a phone. */
  origin: string;
  phones: PhoneState[];
  menu: MenuButton[];
  /** Here as everywhere: Unix time in seconds, with a fraction. */
  now: number;
  faults: FaultSwitch[];
  calls: Exchange[];
  town: Town;
  samples: SamplePicture[];
  notices: SubscriptionNotice[];
}

/** GET events: one server-sent event. Holds what is to be drawn again. */
export interface WorldChange {
  kind: "message" | "person" | "typing" | "call" | "menu" | "faults" | "clock" | "accepts";
  now: number;
  message?: Message;
  call?: Exchange;
  /** Whose phone changed; also somebody without a phone on the page. */
  phone?: Person;
  menu?: MenuButton[];
  faults?: FaultSwitch[];
}

export interface Account {
  name: string;
  mode: "plain" | "compat" | "safe";
}

export interface Person {
  openid: string;
  nickname: string;
  /** One or two characters on a disc of `colour`. */
  avatar: string;
  colour: string;
  role: string;
  examples: string[];
  following: boolean;
  on_page: boolean;
  /** Receiving messages is switched off. */
  refuses: boolean;
  /** Customer-service messages that may be sent right now. */
  left: number;
  typing: boolean;
  /** Notices still allowed, by the id of the template. */
  accepts: Record<string, number>;
}

export interface PhoneState extends Person {
  messages: Message[];
}

/** As the bot set it: which fields are there depends on the type, and a button with others below it needs no type. */
export interface MenuButton {
  name: string;
  type?: string;
  key?: string;
  url?: string;
  sub_button?: MenuButton[];
}

export interface FaultSwitch {
  key: string;
  label: string;
  hint: string;
  left: number;
}

export interface Exchange {
  id: string;
  at: number;
  /** "in": the bot calls the platform; "out": the platform calls the bot. */
  direction: "in" | "out";
  name: string;
  /** The errcode ("in"), or the HTTP status ("out"; 0 when there was none). */
  code: number;
  /** In milliseconds. */
  duration: number;
  note: string;
}

/** (0, 0) of the map lies at `north` and `west` degrees; 100 units are `span` degrees. */
export interface Town {
  name: string;
  north: number;
  west: number;
  span: number;
  roads: Road[];
  spots: Spot[];
}

export interface Road {
  name: string;
  points: Point[];
  kind: string;
}

export type Point = [number, number];

export interface Spot {
  name: string;
  x: number;
  y: number;
  kind: string;
}

/** A built-in picture. */
export interface SamplePicture {
  key: string;
  label: string;
}

export interface SubscriptionNotice {
  id: string;
  title: string;
}

export interface Message {
  id: string;
  openid: string;
  at: number;
  /** Sent by the phone's owner. */
  mine: boolean;
  content: Content;
}

export type Content = TextBubble | Menu | Picture | Voice | Video | MapPoint | News | Music | TemplateCard | Notice;

export interface TextBubble {
  type: "text";
  text: string;
}

export interface Menu {
  type: "menu";
  head: string;
  choices: MenuLine[];
  tail: string;
}

export interface MenuLine {
  id: string;
  content: string;
}

export interface Picture {
  type: "picture";
  media_id: string;
}

export interface Voice {
  type: "voice";
  media_id: string;
  seconds: number;
  /** Empty when unknown. */
  words: string;
}

export interface Video {
  type: "video";
  media_id: string;
  /** May be empty. */
  thumb_id: string;
  title: string;
  description: string;
}

export interface MapPoint {
  type: "place";
  latitude: number;
  longitude: number;
  label: string;
  scale: number;
}

export interface News {
  type: "news";
  articles: Article[];
}

export interface Article {
  title: string;
  description: string;
  url: string;
  picture: string;
}

export interface Music {
  type: "music";
  title: string;
  description: string;
  url: string;
}

export interface TemplateCard {
  type: "card";
  title: string;
  fields: Field[];
  url: string;
  subscription: boolean;
}

export interface Field {
  label: string;
  value: string;
}

export interface Notice {
  type: "notice";
  text: string;
}

/** The answer to POST do, picture, video and fault. */
export type Done = Record<string, never>;

/** The answer to POST clock. */
export interface Moved {
  now: number;
}

/** The answer (409) to what cannot be done, in words for the person. */
export interface Problem {
  problem: string;
}

// Requests

/** POST do: a deed on the phone of `openid`. */
export type Action = Deed & { openid: string };

export type Deed =
  | Say
  | ClickButton
  | OpenLink
  | Scancode
  | Locate
  | Speak
  | SendSample
  | Film
  | Share
  | FollowAccount
  | UnfollowAccount
  | Scan
  | SwitchMessages
  | AnswerPopup;

export interface Say {
  do: "say";
  text: string;
  menuId?: string;
}

export interface ClickButton {
  do: "click";
  key: string;
}

export interface OpenLink {
  do: "view";
  url: string;
}

export interface Scancode {
  do: "scancode";
  button: string;
  key: string;
  result: string;
}

export interface Locate {
  do: "place";
  latitude: number;
  longitude: number;
  label: string;
  key?: string;
}

export interface Speak {
  do: "voice";
  text: string;
  recognised?: boolean;
}

export interface SendSample {
  do: "sample";
  name: string;
  button?: string;
  key?: string;
}

export interface Film {
  do: "video";
}

export interface Share {
  do: "share";
  title: string;
  description: string;
  url: string;
}

export interface FollowAccount {
  do: "follow";
  scene?: string;
}

export interface UnfollowAccount {
  do: "unfollow";
}

export interface Scan {
  do: "scan";
  scene: string;
}

export interface SwitchMessages {
  do: "refuse";
  refuses: boolean;
}

export interface AnswerPopup {
  do: "popup";
  template: string;
  accept: boolean;
}

/** POST clock. */
export interface Leap {
  hours: number;
}

/** POST fault: a switch's key, or "clear", or "revoke". */
export interface FaultWish {
  key: string;
}

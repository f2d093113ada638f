// Notes on the canvas that Mirador shows, written into its container with a token.
// Spec: Web Annotation Protocol §4 (containers), §5 (annotations).

const KEPT = "mogao.token";
const ANNOTATION = 'application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"';
const SERVICE = "http://www.w3.org/ns/oa#annotationService";

const { store, surface } = document.getElementById("viewer").mirador;
const [panel, pass, token, leave, none, written, note, text, language, kind, same, cancel, said, one, drawing, drawn] = [
  "notes", "pass", "token", "leave", "none", "written", "note", "text", "language", "kind", "same", "cancel", "said",
  "one", "drawing", "drawn",
].map((id) => document.getElementById(id));
const words = panel.dataset;

let last = null; // The canvas that Mirador shows, by its id.
let canvas = null; // What is shown: its id, width, height, and the container of its notes.
let edited = null; // The note that the form holds, as it was read, with its ETag.
let rectangle = null; // What was drawn, in the canvas' own units.
let busy = false; // Whether something that was clicked is under way.

class Refusal extends Error {}

async function call(url, { headers = {}, ...options } = {}) {
  const secret = sessionStorage.getItem(KEPT);
  const bearing = secret ? { Authorization: `Bearer ${secret}`, ...headers } : headers;
  const answer = await fetch(url, { ...options, headers: bearing, cache: "no-cache" });
  if (answer.ok) return answer;
  const known = { 401: words.unknown, 403: words.forbidden, 412: words.conflict }[answer.status];
  const { detail } = known ? {} : await answer.json().catch(() => ({}));
  const refusal = new Refusal(known ?? detail ?? words.failed);
  refusal.status = answer.status;
  throw refusal;
}

/** Does what a button says, and tells how it ended. */
async function attempt(work) {
  said.textContent = "";
  try {
    said.textContent = (await work()) ?? "";
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof TypeError)) throw error;
    said.textContent = error instanceof Refusal ? error.message : words.failed;
  }
}

/** Does what was clicked, one thing at a time: a second click on Save must not write a second note. */
async function once(work) {
  if (busy) return;
  busy = true;
  try {
    await attempt(work);
  } finally {
    busy = false;
  }
}

async function show(id) {
  canvas = null;
  written.replaceChildren();
  begin(null);
  const answer = await call(id);
  const link = (answer.headers.get("Link") ?? "").split(/,\s*(?=<)/).find((found) => found.includes(SERVICE));
  if (!link) throw new Refusal(words.closed);
  const { width, height } = await answer.json();
  // Who leafs on is not shown what belongs to the page before.
  if (id !== last) return;
  canvas = { id, width, height, container: new URL(/<([^>]*)>/.exec(link)[1], id).href };
  await list();
}

async function list() {
  const notes = [];
  for (let page = `${canvas.container}?page=0`; page; ) {
    const { items, next } = await (await call(page)).json();
    notes.push(...items);
    page = next;
  }
  written.replaceChildren(...notes.map(item));
  none.hidden = notes.length > 0;
  note.hidden = !sessionStorage.getItem(KEPT);
}

function item(annotation) {
  const row = one.content.cloneNode(true);
  const shown = row.querySelector(".text");
  shown.textContent = textOf(annotation)?.value ?? annotation.id;
  shown.lang = textOf(annotation)?.language ?? "";
  const [edit, remove] = row.querySelectorAll("button");
  edit.disabled = !textOf(annotation);
  edit.hidden = remove.hidden = !sessionStorage.getItem(KEPT);
  edit.addEventListener("click", () => once(async () => begin(await read(annotation))));
  remove.addEventListener("click", () => once(() => erase(annotation)));
  return row;
}

/** The one text that a note says, if that is all it says. */
function textOf({ body }) {
  const bodies = [body].flat();
  return bodies.length === 1 && bodies[0]?.type === "TextualBody" ? bodies[0] : null;
}

async function read({ id }) {
  const answer = await call(id, { headers: { Accept: ANNOTATION } });
  return { ...(await answer.json()), tag: answer.headers.get("ETag") };
}

/** Puts a note into the form, or empties it for a new one. */
function begin(annotation) {
  edited = annotation;
  const body = annotation && textOf(annotation);
  text.value = body?.value ?? "";
  language.value = body ? (body.language ?? "") : language.defaultValue;
  kind.value = [annotation?.motivation].flat().includes("tagging") ? "tagging" : "commenting";
  same.hidden = cancel.hidden = !annotation;
  note.elements.place.value = annotation ? "same" : "whole";
  draw();
  if (annotation) text.focus();
}

async function save() {
  const body = { ...(edited && textOf(edited)), type: "TextualBody", value: text.value, format: "text/plain" };
  if (language.value) body.language = language.value;
  else delete body.language;
  const { tag, ...before } = edited ?? {};
  const annotation = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    type: "Annotation",
    ...before,
    motivation: kind.value,
    body,
    target: target(before.target),
  };
  const headers = { "Content-Type": ANNOTATION, ...(tag && { "If-Match": tag }) };
  const method = tag ? "PUT" : "POST";
  await settled(call(before.id ?? canvas.container, { method, headers, body: JSON.stringify(annotation) }));
  begin(null);
  return words.saved;
}

async function erase(annotation) {
  const { tag, modified } = await read(annotation);
  // What is deleted is what was seen.
  if (modified !== annotation.modified) {
    await refresh();
    throw new Refusal(words.conflict);
  }
  await settled(call(annotation.id, { method: "DELETE", headers: { "If-Match": tag } }));
  begin(null);
  return words.deleted;
}

/** Shows what is there now, whether the writing went well or another was first. */
async function settled(writing) {
  try {
    await writing;
  } catch (error) {
    if (error.status === 412) {
      await refresh();
      begin(null);
    }
    throw error;
  }
  await refresh();
}

/** Lists the notes anew, and lets Mirador draw them anew: its pages, and the one that is named only when it is begun. */
async function refresh() {
  await list();
  const begun = `${canvas.container.replace("/iiif/annotation/", "/iiif/annotations/")}contributed`;
  const known = Object.keys(store.getState().annotations[canvas.id] ?? {});
  for (const page of new Set([...known, begun])) {
    const empty = { id: page, type: "AnnotationPage", items: [] };
    const annotationJson = await call(page).then((answer) => answer.json(), () => empty);
    store.dispatch({ type: "mirador/RECEIVE_ANNOTATION", targetId: canvas.id, annotationId: page, annotationJson });
  }
}

function target(before) {
  const place = note.elements.place.value;
  if (place === "same") return before;
  if (place === "whole") return canvas.id;
  const part = place === "seen" ? seen() : rectangle;
  if (!part) throw new Refusal(words.undrawn);
  const [left, top] = [Math.max(0, Math.round(part.x)), Math.max(0, Math.round(part.y))];
  const right = Math.min(canvas.width, Math.round(part.x + part.width));
  const bottom = Math.min(canvas.height, Math.round(part.y + part.height));
  if (right <= left || bottom <= top) throw new Refusal(words.undrawn);
  return `${canvas.id}#xywh=${left},${top},${right - left},${bottom - top}`;
}

/** What of the canvas is in sight; Mirador's own units are the canvas'. */
function seen() {
  return surface(shownWindow().id).viewport.getBounds(true);
}

/** Lets a rectangle be drawn on the picture, or the picture be moved again. */
function draw() {
  drawing.hidden = note.elements.place.value !== "drawn";
  drawn.hidden = true;
  rectangle = null;
}

drawing.addEventListener("pointerdown", (down) => {
  const frame = drawing.getBoundingClientRect();
  drawing.setPointerCapture(down.pointerId);
  const drag = (move) => {
    const [left, right] = [down.clientX, move.clientX].sort((a, b) => a - b).map((x) => x - frame.left);
    const [top, bottom] = [down.clientY, move.clientY].sort((a, b) => a - b).map((y) => y - frame.top);
    Object.assign(drawn.style, {
      left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`,
    });
    drawn.hidden = false;
    const view = seen();
    const [across, down_] = [view.width / frame.width, view.height / frame.height];
    rectangle = {
      x: view.x + left * across, y: view.y + top * down_,
      width: (right - left) * across, height: (bottom - top) * down_,
    };
  };
  drawing.addEventListener("pointermove", drag);
  const end = () => drawing.removeEventListener("pointermove", drag);
  drawing.addEventListener("pointerup", end, { once: true });
  drawing.addEventListener("pointercancel", end, { once: true });
});

/** The drawing lies on the picture alone: what moves it stays within reach. */
function cover() {
  const box = surface(shownWindow()?.id)?.element?.getBoundingClientRect();
  if (!box) return;
  const stage = drawing.parentElement.getBoundingClientRect();
  Object.assign(drawing.style, {
    left: `${box.left - stage.left}px`, top: `${box.top - stage.top}px`,
    width: `${box.width}px`, height: `${box.height}px`,
  });
}

function shownWindow() {
  return Object.values(store.getState().windows)[0];
}

function enter() {
  const bears = Boolean(sessionStorage.getItem(KEPT));
  pass.hidden = bears;
  leave.hidden = !bears;
  if (canvas) return list();
  if (last) return show(last);
}

pass.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEPT, token.value.trim());
  token.value = "";
  attempt(enter);
});
leave.addEventListener("click", () => {
  sessionStorage.removeItem(KEPT);
  begin(null);
  attempt(enter);
});
note.addEventListener("submit", (event) => {
  event.preventDefault();
  once(save);
});
for (const place of note.elements.place) {
  place.addEventListener("change", () => {
    draw();
    cover();
  });
}
cancel.addEventListener("click", () => begin(null));
addEventListener("resize", cover);

function follow() {
  const { canvasId } = shownWindow() ?? {};
  if (canvasId && canvasId !== last) {
    last = canvasId;
    attempt(() => show(canvasId));
  }
}

store.subscribe(follow);
attempt(enter);
follow();

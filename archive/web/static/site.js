// The copy buttons: data-copy names the field, data-done says what to announce.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const status = button.closest(".reuse").querySelector(".done");
  button.addEventListener("click", async () => {
    status.textContent = "";
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without HTTPS there is no clipboard to write to; the old command copies what is selected.
      document.execCommand("copy");
    }
    status.textContent = button.dataset.done;
    button.focus();
  });
}

// What is said in a sound, below its player while it plays.
for (const said of document.querySelectorAll("[data-captions]")) {
  const { track } = said.parentElement.querySelector("track[default]");
  track.mode = "hidden";
  track.addEventListener("cuechange", () => {
    said.textContent = [...track.activeCues].map((cue) => cue.getCueAsHTML().textContent).join("\n");
  });
}

// What a query that is begun may become. Keys come faster than answers: the last question's alone is shown.
for (const field of document.querySelectorAll("[data-completions]")) {
  let asked = 0;
  let waiting;
  const complete = async () => {
    const mine = ++asked;
    const begun = field.value.trim();
    const answer = begun ? await fetch(`${field.dataset.completions}?${new URLSearchParams({ q: begun })}`) : null;
    const told = answer?.ok ? await answer.json() : { words: [], records: [] };
    if (mine !== asked) return;
    const values = new Set([...told.words, ...told.records.map((record) => record.title)]);
    field.list.replaceChildren(...[...values].map((value) => Object.assign(document.createElement("option"), { value })));
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => complete().catch(() => {}), 120);
  });
}

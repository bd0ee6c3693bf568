// Enhancement only: review works without it. Keys for the buttons, and forms that grow without losing their place.
"use strict";

const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const combined = (event.ctrlKey ? "Ctrl+" : "") + event.key;
  if (event.altKey || event.metaKey || event.isComposing) return;
  if (typing(event.target) && !["Ctrl+Enter", "Escape"].includes(combined)) return;
  const open = document.querySelector("details[data-key][open]");
  const digit = open && open.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
  if (open && event.key === "Escape") open.open = false;
  const found = digit || (!(open && event.key === "Escape") && document.querySelector(`[data-key="${CSS.escape(combined)}"]`));
  if (!found) return;
  if (combined === "Enter" && event.target !== document.body) return;
  event.preventDefault();
  if (found.tagName === "DETAILS") {
    found.open = !found.open;
    if (found.open) found.querySelector("button").focus();
  } else found.click();
});

// A button or choice that only changes the form: the answer's <main> takes the place of this one.
const again = async (form, button) => {
  const sent = new FormData(form);
  sent.set("push", button);
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(sent), headers: { Accept: "text/html" } });
  if (!answer.ok) return form.submit();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement && document.activeElement.name;
  const size = form.elements.length;
  const place = window.scrollY;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  window.scrollTo(0, place);
  const fresh = document.querySelector("form[data-live]");
  const next = focused && focused !== "push" && fresh.elements[focused];
  const added = !next && fresh.elements.length > size && [...fresh.querySelectorAll("fieldset.line")].pop()?.querySelector("select");
  const target = next || added;
  if (target && target.focus) target.focus();
};

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("form[data-live]") || !button || !button.value) return;
  event.preventDefault();
  again(event.target, button.value);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-live] [data-again]")) again(event.target.form, "show");
});

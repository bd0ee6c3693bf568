// Enhancement only: every page works without it.
"use strict";

// Pickers: fill the list under an input with what the server finds for what is typed.
for (const input of document.querySelectorAll("input[data-options]")) {
  const list = document.getElementById(input.getAttribute("list"));
  let asked = "";
  let timer = 0;
  const refill = async () => {
    const query = input.value.trim();
    if (!query || query === asked || [...list.options].some((option) => option.value === query)) return;
    asked = query;
    const answer = await fetch(`${input.dataset.options}?q=${encodeURIComponent(query)}`);
    if (!answer.ok || query !== input.value.trim()) return;
    const options = (await answer.json()).map((words) => {
      const option = document.createElement("option");
      option.value = words;
      return option;
    });
    list.replaceChildren(...options);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refill, 150);
  });
}

// A link to a heading or clause inside a fold opens the fold.
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (target) target.scrollIntoView();
};
window.addEventListener("hashchange", reveal);
if (location.hash) reveal();

// Printed, a result shows its reasons.
window.addEventListener("beforeprint", () => {
  for (const card of document.querySelectorAll("#eligible ~ .cards details.card")) card.open = true;
});

// Ticked rows: a box for all of this page, and how many are ticked. Without this script the boxes work all the same.
for (const form of document.querySelectorAll("form.ticks")) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name=party][form="${form.id}"]`)];
  const every = form.querySelector(".every");
  if (!boxes.length || !every) continue;
  const all = every.querySelector("input");
  const count = form.querySelector(".count");

  function tell() {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = form.dataset.count.replace("{count}", ticked);
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }

  every.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}

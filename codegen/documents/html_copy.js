"use strict";
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed) return;
  const range = selection.getRangeAt(0).cloneRange();
  const formulaAt = (node) => (node.nodeType === 1 ? node : node.parentElement).closest(".formula, math");
  const first = formulaAt(range.startContainer);
  const last = formulaAt(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  if (!copied.querySelector("annotation")) return;
  const html = copied.innerHTML;
  for (const formula of copied.querySelectorAll(".formula, math")) {
    const tex = Array.from(formula.querySelectorAll("annotation"), (note) => note.textContent.trim());
    if (tex.length) formula.replaceWith(` $${tex.join(" ")}$ `);
  }
  for (const block of copied.querySelectorAll("p, li, tr, h1, h2, h3, pre, .display")) block.append("\n");
  const text = copied.textContent.replace(/ +/g, " ").replace(/ ([.,;:)])/g, "$1").replace(/\s*\n\s*/g, "\n");
  event.clipboardData.setData("text/plain", text.trim());
  event.clipboardData.setData("text/html", html);
  event.preventDefault();
});

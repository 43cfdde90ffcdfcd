"""The look of a document in Typst: the functions that its source begins with."""

from __future__ import annotations

CHINESE_FONT = "Noto Serif SC"
TEXT_WIDTH = 46.0
"""The width of the text in em of 10 points."""

TEMPLATE = """
#let measured = 46em
#let ink = luma(90)
#let rule = 0.5pt + luma(120)

// Mathematics. `m` is a formula with its LaTeX as what is read aloud.
#let m(alt, formula) = math.equation(alt: alt, formula.body)
#let shown(alt, body) = math.equation(alt: alt, math.display(body))
#let bf(x) = math.bold(math.upright(x))
#let slanted(word) = math.italic(word)
#let tfrac(over, under) = math.inline(math.frac(over, under))
#let neg = math.class("unary", sym.minus)
#let heights = (1em, 1.2em, 1.8em, 2.4em)
#let sized(size, body) = math.lr(size: heights.at(size), body)
#let opening(size, side) = math.class("opening", math.stretch(size: heights.at(size), side))
#let closing(size, side) = math.class("closing", math.stretch(size: heights.at(size), side))
// Before a sign at the beginning of a line, which then keeps its space.
#let nothing = box()

// What is too wide all the same is made smaller: nothing is ever cut off. Needs a context.
#let fit(room, body) = {
  let part = room.to-absolute() / calc.max(measure(body).width, 1pt)
  if part >= 1 { body } else [#box(scale(part * 100%, reflow: true, box(body)))#metadata(part)<shrunk>]
}

#let page-of(title, subtitle: none, lang: "en", fonts: (), body) = {
  set document(title: title, author: ())
  set page(paper: "a4", margin: (x: (210mm - 460pt) / 2, top: 26mm, bottom: 27mm), numbering: "1")
  set text(font: ("New Computer Modern", ..fonts), size: 10pt, lang: lang)
  set par(justify: true, leading: 0.62em, spacing: 1em)
  show math.equation: set text(font: ("New Computer Modern Math", ..fonts))
  show math.equation: set block(breakable: false)
  set heading(numbering: "1")
  show heading.where(level: 1): it => block(above: 2.1em, below: 1.1em, sticky: true, text(13pt)[
    #counter(heading).display()#h(0.8em)#it.body
  ])
  show heading.where(level: 2): set heading(numbering: none)
  show heading.where(level: 2): it => block(above: 1.7em, below: 1.1em, sticky: true, text(10pt, it.body))
  show std.title: set align(center)
  show std.title: set text(17pt, weight: "regular")
  show regex("--+"): set text(ligatures: false)
  show link: set text(fill: rgb("#1f4e79"))
  show raw: set text(font: ("DejaVu Sans Mono", ..fonts), size: 7.5pt)
  show figure.caption: it => pad(x: 3em, text(size: 0.9em, it))
  set figure(gap: 1.2em)
  // The Chinese font comes in one weight.
  show heading: it => if fonts == () { it } else {
    show regex("\\p{Han}"): set text(stroke: 0.3pt)
    it
  }
  block(above: 0pt, below: 1.2em, width: 100%, std.title())
  if subtitle != none { align(center, text(fill: ink, subtitle)) }
  body
}

// A paragraph that leads to what follows.
#let leading(body) = block(sticky: true, above: 1em, below: 1em, body)
#let caption(body) = block(sticky: true, above: 1.6em, below: 0.9em, strong(body))
#let reason(body) = {
  set par(leading: 0.55em)
  text(size: 0.88em, style: "italic", fill: ink, body)
}
// The number of a line, with a tick where the line was checked.
#let mark(number, checked: false, name: none) = text(fill: ink, {
  if checked { text(font: "New Computer Modern Math", sym.checkmark) + sym.space.nobreak }
  [(#number)#name]
})

#let display(formula, end) = context block(width: 100%, breakable: false, above: 1.1em, below: 1.1em, grid(
  columns: (3.5em, 1fr, 3.5em), align: (left, center, right + horizon),
  [], fit(measured - 7em, math.equation(block: true, alt: formula.alt, formula.body)), end,
))

// Derivations: the reason stands beside its line, or below where the formula is wide.
#let place-of-reasons = 0.62 * measured
#let end-column = 4.2em
#let step(reason, end, ..pieces) = (reason: reason, end: end, pieces: pieces.pos())
#let beside(formula, said, end) = {
  let room = measured - place-of-reasons - end-column
  let lower = measure(reason[x]).height - measure(block(width: room, reason(said))).height
  box(width: place-of-reasons, formula)
  box(width: room, baseline: calc.min(0pt, lower / 2), reason(said))
  h(1fr)
  end
}
#let derivation(left, ..steps) = context {
  set par(justify: false, leading: 0em)
  let lead = measure(shown("", left.body)).width
  let shift = if lead > 10em.to-absolute() { 2em } else { lead }
  let count = steps.pos().len()
  for (n, step) in steps.pos().enumerate() {
    let rows = step.pieces.enumerate().map(((row, piece)) => if row > 0 {
      shown(piece.alt, $#h(shift + 2em) #nothing #piece.body$)
    } else if n > 0 {
      shown("= " + piece.alt, $#h(shift) #nothing = #piece.body$)
    } else {
      shown(left.alt + " = " + piece.alt, $#left.body = #piece.body$)
    })
    let last = rows.pop()
    let narrow = measure(last).width <= (place-of-reasons - 0.8em).to-absolute()
    block(width: 100%, breakable: rows.len() > 4, sticky: n == 0 or n + 2 == count, above: 0.9em, below: 0.9em, {
      set block(above: 0.6em, below: 0.6em)
      for row in rows { block(sticky: true, fit(measured, row)) }
      if narrow { block(beside(last, step.reason, step.end)) } else {
        block(sticky: true)[#fit(measured - end-column, last)#h(1fr)#step.end]
        block(above: 0.8em, beside([], step.reason, []))
      }
    })
  }
}

#let results(formula) = context {
  set par(leading: 1em)
  let lines = math.equation(block: true, alt: formula.alt, formula.body)
  let tall = measure(lines).height > 45em.to-absolute()
  show math.equation: set block(breakable: tall)
  align(center, block(stroke: rule, inset: (x: 1.4em, y: 1.1em), above: 1em, below: 1.5em, breakable: tall,
    fit(measured - 2.8em, lines)))
}

// A table stays on one page unless it is long.
#let rows-on-a-page = 25
#let listing(columns, headers, ..cells) = block(
  above: 1.3em, below: 1.3em, width: 100%, breakable: cells.pos().len() > rows-on-a-page * columns,
  align(center, table(
    columns: columns, stroke: none, align: left + horizon, inset: (x: 0.7em, y: 0.5em),
    table.hline(stroke: 0.7pt), table.header(..headers.map(reason)), table.hline(stroke: 0.4pt),
    ..cells, table.hline(stroke: 0.7pt),
  )),
)

#let algorithm(title, ..lines) = {
  caption(title)
  set par(justify: false)
  block(width: 100%, stroke: (y: rule), inset: (y: 0.9em), above: 1em, below: 1.5em, breakable: lines.pos().len() > 15,
    grid(columns: (1.6em, 1fr), row-gutter: 0.85em, column-gutter: 1em, align: (right, left),
      ..lines.pos().enumerate().map(((n, line)) => (
        text(fill: ink)[#(n + 1)], pad(left: line.first() * 1.5em, line.last()),
      )).flatten(),
    ))
}

// Long lines go on below, and so do words that no line can hold.
#let code(language, source) = block(width: 100%, fill: luma(248), inset: (x: 0.9em, y: 0.9em), radius: 2pt, {
  set par(justify: false, leading: 0.5em, spacing: 0.5em)
  show regex("\\S{90}"): it => it + text(size: 0pt)[ ]
  show raw.where(block: true): it => for line in it.lines {
    par(hanging-indent: 4em, if line.text == "" { sym.zws } else { line.body })
  }
  raw(block: true, lang: language, source)
})
"""

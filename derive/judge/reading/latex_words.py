"""The commands of LaTeX that the reader knows, as tables."""

from __future__ import annotations

GREEK = set(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon"
    " phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
# Commands that are symbols: the stem each is read as.
SYMBOLS = {name: name for name in GREEK} | {
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varsigma": "sigma",
    "varrho": "rho",
    "ell": "ell",
    "infty": "infty",
    "hbar": "hbar",
    "imath": "i",
    "jmath": "j",
    "setminus": "setminus",
    "backslash": "setminus",
    "star": "*",
    "Re": "Re",
    "emptyset": "emptyset",
    "circledast": "circledast",
}
# Functions that may stand before an argument without brackets.
FUNCTIONS = set(
    "log ln exp tanh sinh cosh sin cos tan coth sech arctan arcsin arccos max min sqrt erf sgn sign abs det lg".split()
)
FUNCTION_WORDS = FUNCTIONS | {"csch"}
# Words that are one symbol when their letters stand side by side, in a formula and in its scripts.
WORDS = set(
    "net out softmax sigmoid relu ReLU gelu GELU silu softplus diag Diag lrelu LeakyReLU swish numel layer reg"
    " loss Loss cost error err target output input hidden grad Var var mean lr elu ELU step logistic sigm norm vec"
    " size MSE CE BCE Err Loss Error Output Target Cost axis keepdims True False rowsum prod tr Tr".split()
)
SCRIPT_WORDS = (
    WORDS
    | FUNCTIONS
    | set(
        "prev next in hh xh ih ho hx hy hq qh xi_ total tot new old train test true pred logits model reg data batch"
        " bias weight first last outputs inputs downstream Downstream Upstream upstream children parents heads units"
        " final init mask attn MSE CE BCE self ref max min all outs minus plus".split()
    )
)
# Letters that name functions where something in brackets follows.
FUNCTION_LETTERS = set("f g h sigma phi psi Phi Psi varphi F G S Sigma P s q p y".split())
MARKS = {
    "hat": "hat",
    "widehat": "hat",
    "tilde": "tilde",
    "widetilde": "tilde",
    "bar": "bar",
    "overline": "bar",
    "dot": "dot",
    "ddot": "ddot",
    "vec": "vec",
    "overrightarrow": "vec",
    "mathring": "ring",
    "check": "check",
    "breve": "breve",
    "acute": "acute",
    "grave": "grave",
    "underline": "under",
    "mathbf": "bold",
    "boldsymbol": "bold",
    "bm": "bold",
    "pmb": "bold",
    "mathbfit": "bold",
    "symbf": "bold",
    "bold": "bold",
    "textbf": "bold",
    "mathcal": "cal",
    "mathscr": "cal",
    "mathbb": "bb",
    "mathds": "bb",
    "mathbbm": "bb",
    "mathfrak": "frak",
}
FONTS = {"bold", "cal", "bb", "frak"}
WORDLIKE = set(
    "text mathrm operatorname mathit textit mathsf mathtt textrm mbox textsf texttt rm hbox mathnormal".split()
)
TIMES = {
    "cdot": ".",
    "times": "x",
    "odot": "o",
    "circ": "o",
    "ast": "*",
    "bullet": "o",
    "otimes": "outer",
    "centerdot": ".",
    "boldsymbol\\cdot": ".",
    "divideontimes": "x",
}
RELATIONS = {
    "leftarrow": "<-",
    "gets": "<-",
    "longleftarrow": "<-",
    "propto": "~",
    "sim": "~",
    "varpropto": "~",
    "approx": "approx",
    "simeq": "approx",
    "cong": "approx",
    "approxeq": "approx",
    "equiv": "=",
    "triangleq": "=",
    "coloneqq": "=",
    "coloneq": "=",
    "doteq": "=",
    "defeq": "=",
    "eqdef": "=",
    "Leftarrow": "<-",
    "colonequals": "=",
    "ne": "!=",
    "neq": "!=",
    "le": "<=",
    "leq": "<=",
    "leqslant": "<=",
    "leqq": "<=",
    "geqq": ">=",
    "rightarrow": "<-",
    "to": "<-",
    "longrightarrow": "<-",
    "ge": ">=",
    "geq": ">=",
    "geqslant": ">=",
    "lt": "<",
    "gt": ">",
    "in": "in",
}
COMPARISONS = {"=", "!=", "<", ">", "<=", ">=", "in"}
# Commands without meaning here, and those that take one argument without meaning.
SILENT = set(
    ", ; : ! > displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag hfill"
    " mathstrut strut thinspace medspace thickspace negthinspace enspace allowbreak noindent centering small large"
    " Large normalsize rm it bf mathrel mathbin mathop mathord mathopen mathclose mathpunct mathinner ensuremath ["
    " ] ( ) / protect relax hline smash left right middle displaylimits mit cal".split()
) | {" ", "\n", "-"}
SILENT_WITH_ARGUMENT = set(
    "label tag hspace vspace mspace phantom hphantom vphantom color tag* hspace* ref intertext".split()
)
# Commands whose first or second argument alone counts.
KEEP_SECOND = {"textcolor", "stackrel", "overset", "underset", "colorbox", "mathcolor"}
KEEP_FIRST = {"boxed", "underbrace", "overbrace", "fbox", "mathstrut", "substack", "bbox", "cancelto_"}
GAPS = {
    "quad",
    "qquad",
    "Rightarrow",
    "implies",
    "iff",
    "Leftrightarrow",
    "therefore",
    "Longrightarrow",
    "because",
    "wedge",
    "land",
}
DOTS = {"ldots", "cdots", "dots", "dotsc", "dotsb", "vdots", "ddots", "hdots", "dotso", "dotsm"}
LINES = set(
    "equation equation* align align* gather gather* split aligned gathered multline multline* displaymath math"
    " eqnarray eqnarray* flalign flalign* alignat alignat* alignedat subequations dmath dmath* multlined".split()
)
OPEN = {"lbrace": "{", "{": "{", "langle": "<", "lbrack": "[", "lvert": "|", "lVert": "‖", "lparen": "("}
CLOSE = {"rbrace": "}", "}": "}", "rangle": ">", "rbrack": "]", "rvert": "|", "rVert": "‖", "rparen": ")"}
PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">", "|": "|", "‖": "‖"}
# Words between formulas.
JOINING = {"and", "where", "with", "so", "hence", "thus", "then", "or", "therefore", "i.e.", "while", "but", "also"}
CASE_WORDS = {"if", "for", "when", "where", "with", "all", "every", "each", "any"}
OTHERWISE = {"otherwise", "else", "elsewhere", "other", "others"}

/// The style sheet of the page: light and dark by the reader's setting, no outside resources.
#pragma once

namespace mlip::report {

inline constexpr const char* style = R"css(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#5b6776;--rule:#e3e7ec;
--good:#0f7b4f;--good-bg:#dff5ea;--bad:#a34a00;--bad-bg:#fdeeda;--info:#1f5fbf;--info-bg:#e3eefc;
--c0:#2563eb;--c1:#e0700d;--c2:#0d9f6e;--c3:#b8349a;--c4:#7a5af8;--c5:#0891b2;--c6:#c2410c;--c7:#64748b;
--shadow:0 1px 2px rgba(16,24,40,.05),0 4px 16px rgba(16,24,40,.05)}
@media (prefers-color-scheme:dark){:root{--bg:#0e141b;--card:#161e28;--ink:#e7edf4;--soft:#96a3b3;--rule:#273341;
--good:#5fd7a1;--good-bg:#10382a;--bad:#f6b26b;--bad-bg:#402a10;--info:#8ab8ff;--info-bg:#14294a;
--c0:#6ea8fe;--c1:#ff9f4a;--c2:#3fd39b;--c3:#f083d5;--c4:#a993ff;--c5:#45c8e6;--c6:#ff8b5e;--c7:#9aa8b8;--shadow:none}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif;
font-variant-numeric:tabular-nums;-webkit-font-smoothing:antialiased}
main{max-width:1180px;margin:0 auto;padding:40px 24px 64px}
h1{font-size:2.1rem;line-height:1.15;letter-spacing:-.02em;margin:0 0 6px}
h2{font-size:1.3rem;letter-spacing:-.01em;margin:0 0 4px}
p{margin:0}
.soft,.lead{color:var(--soft)}
.lead{margin-bottom:18px;max-width:76ch}
header{display:flex;flex-wrap:wrap;gap:16px 32px;align-items:flex-end;justify-content:space-between;margin-bottom:24px}
.verdict{padding:9px 16px;border-radius:999px;font-weight:600}
.good{color:var(--good);background:var(--good-bg)}.bad{color:var(--bad);background:var(--bad-bg)}
.info{color:var(--info);background:var(--info-bg)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(168px,1fr));gap:14px;margin-bottom:44px}
.card{background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:16px 18px;box-shadow:var(--shadow)}
.card .name{color:var(--soft);font-size:.84rem}
.card .value{font-size:1.72rem;font-weight:650;letter-spacing:-.02em;line-height:1.3;white-space:nowrap}
.card .value.words{font-size:1rem;letter-spacing:0;line-height:1.35;margin:7px 0 5px;white-space:normal}
.card .value small{font-size:.86rem;font-weight:500;color:var(--soft);letter-spacing:0;margin-left:3px}
.card .below{font-size:.84rem;color:var(--soft)}
.pill{display:inline-block;white-space:nowrap;padding:1px 9px;border-radius:999px;font-size:.8rem;font-weight:600}
nav{display:flex;flex-wrap:wrap;gap:8px}
nav a{text-decoration:none}
section{margin-bottom:46px}
.grid3,.grid2{display:grid;gap:16px}
.grid3{grid-template-columns:repeat(auto-fit,minmax(340px,1fr))}
.narrow-wide{display:grid;gap:16px;grid-template-columns:minmax(0,1fr) minmax(0,2fr)}
.grid2{grid-template-columns:repeat(auto-fit,minmax(440px,1fr))}
figure,.panel{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:16px 18px;
box-shadow:var(--shadow);min-width:0}
.panel{overflow-x:auto}
.panel+.panel,.narrow-wide+.panel,.panel+.grid2,.panel+.grid3,.grid2+.panel,.grid3+.panel,.grid3+.grid3{margin-top:16px}
figcaption,.panel h3{font-weight:600;font-size:.98rem;margin:0 0 6px}
svg.chart{display:block;width:100%;height:auto}
.grid{stroke:var(--rule)}.axis{stroke:var(--soft);stroke-opacity:.55}
.tick,.label,.guide-label{fill:var(--soft);font-size:12px}
.label{font-size:12.5px}
.guide{stroke:var(--soft);stroke-dasharray:5 4;stroke-opacity:.8}.guide-label{font-style:italic;paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.dashed{stroke-dasharray:5 5}
.dot{stroke:var(--card);stroke-width:.8;fill-opacity:.85}.dot:hover,.bar:hover{fill-opacity:1;stroke:var(--ink)}
.bar{fill-opacity:.9}
.s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}
.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}.s6{stroke:var(--c6)}.s7{stroke:var(--c7)}
.f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}
.f4{fill:var(--c4)}.f5{fill:var(--c5)}.f6{fill:var(--c6)}.f7{fill:var(--c7)}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:.83rem;color:var(--soft);margin-bottom:4px}
.key{display:inline-block;width:14px;height:4px;border-radius:2px;margin-right:6px;vertical-align:middle}
.k0{background:var(--c0)}.k1{background:var(--c1)}.k2{background:var(--c2)}.k3{background:var(--c3)}
.k4{background:var(--c4)}.k5{background:var(--c5)}.k6{background:var(--c6)}.k7{background:var(--c7)}
.key.dashed{background:repeating-linear-gradient(90deg,currentColor 0 4px,transparent 4px 7px)}
.note{font-size:.85rem;color:var(--soft);margin-top:6px}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th{font-weight:600;color:var(--soft);font-size:.8rem;white-space:nowrap}
th,td{padding:7px 12px;text-align:right;border-bottom:1px solid var(--rule)}
th.t,td.t{text-align:left}tr:last-child td{border-bottom:0}tr.best td{font-weight:650}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 24px;margin:0;font-size:.94rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
pre{overflow:auto;max-height:520px;margin:12px 0 0;line-height:1.5}
summary{cursor:pointer;font-weight:600}
ul{margin:0;padding-left:20px;color:var(--soft)}
footer{color:var(--soft);font-size:.84rem;border-top:1px solid var(--rule);padding-top:18px}
@media print{body{background:#fff}figure,.panel,.card{break-inside:avoid;box-shadow:none}}
@media (max-width:920px){.narrow-wide{grid-template-columns:1fr}}
@media (max-width:520px){main{padding:24px 14px}.grid2,.grid3{grid-template-columns:1fr}}
)css";

}  // namespace mlip::report

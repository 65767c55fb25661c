// The live page's style sheet. Light and dark by the visitor's own setting.
#pragma once

#include <string_view>

namespace web {

inline constexpr std::string_view style = R"css(
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--ink:#1a2030;--soft:#667085;--line:#e4e7ec;--accent:#3b5bdb;
 --good:#12805c;--bad:#c4320a;--warm:#b54708;--mono:ui-monospace,"SF Mono",Menlo,Consolas,monospace}
@media(prefers-color-scheme:dark){:root{--back:#0e121b;--card:#161c28;--ink:#e6e9f0;--soft:#98a2b3;--line:#263043;
 --accent:#8da2fb;--good:#47cd9a;--bad:#f97066;--warm:#fdb022}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:76rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
header{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1rem;margin-bottom:1.25rem}
h1{font-size:1.35rem;margin:0;letter-spacing:-.01em}
h2{font-size:.8rem;margin:0 0 .75rem;color:var(--soft);text-transform:uppercase;letter-spacing:.06em}
.pill{font-size:.8rem;padding:.15rem .65rem;border-radius:1rem;border:1px solid var(--line);color:var(--soft);background:var(--card)}
.pill::before{content:"";display:inline-block;width:.5rem;height:.5rem;border-radius:50%;margin-right:.45rem;background:var(--soft)}
.pill.good::before{background:var(--good)}.pill.bad::before{background:var(--bad)}
nav{margin-left:auto;display:flex;gap:1rem;font-size:.85rem}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.15rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin-bottom:.75rem}
.tile b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
.tile span{font-size:.8rem;color:var(--soft)}
.columns{display:grid;grid-template-columns:20rem 1fr;gap:.75rem;align-items:start}
@media(max-width:52rem){.columns{grid-template-columns:1fr}}
label{display:block;font-size:.8rem;color:var(--soft);margin-bottom:.6rem}
input{display:block;width:100%;margin-top:.15rem;padding:.45rem .6rem;border:1px solid var(--line);border-radius:.45rem;
 background:var(--back);color:var(--ink);font:inherit}
input:focus-visible,button:focus-visible,tr:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.pair{display:grid;grid-template-columns:1fr 5.5rem;gap:.6rem}
button{border:0;border-radius:.45rem;padding:.5rem .9rem;font:inherit;font-weight:600;cursor:pointer;background:var(--accent);color:var(--card)}
button.quiet{background:none;color:var(--soft);font-weight:400;border:1px solid var(--line);padding:.1rem .6rem;font-size:.8rem}
button:disabled{opacity:.55;cursor:default}
#result{margin:.75rem 0 0;min-height:1.5em;font-size:.85rem;overflow-wrap:anywhere}
.good{color:var(--good)}.bad{color:var(--bad)}.warm{color:var(--warm)}
.above{display:flex;justify-content:space-between;align-items:baseline}
.scroll{overflow:auto;max-height:32rem}
table{border-collapse:collapse;width:100%;font-size:.85rem;font-variant-numeric:tabular-nums}
th{position:sticky;top:0;background:var(--card);text-align:left;font-weight:500;color:var(--soft)}
td,th{padding:.28rem .75rem .28rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
td:nth-child(2),td:nth-child(4){font-family:var(--mono);font-size:.8rem}
tbody tr{cursor:pointer}tbody tr:hover{background:var(--back)}
canvas{width:100%;height:3rem;display:block}
pre{margin:0;font:12px/1.5 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
dialog{border:1px solid var(--line);border-radius:.75rem;background:var(--card);color:var(--ink);max-width:46rem;width:92vw;padding:1.15rem}
dialog::backdrop{background:#0008}
)css";

}  // namespace web

const n = Number(require("fs").readFileSync(0, "utf8"));

// Of four neighbours the outer two weigh as much as the inner two. What is left over is 1 2 3 or nothing.
const pile = [];
if (n % 4 === 1 || n % 4 === 2) {
  console.log("impossible");
} else {
  if (n % 4 === 3) pile.push(3);
  for (let first = (n % 4) + 1; first < n; first += 4) pile.push(first, first + 3);
  console.log(pile.join(" "));
}

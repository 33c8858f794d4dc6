const words = require("fs").readFileSync(0, "utf8").trim().split(/\s+/);
let sum = 0;
for (const word of words.slice(1)) sum += Number(word);
console.log(String(sum));

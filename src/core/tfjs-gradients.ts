// Registers tfjs's gradients, and its operations as methods of tensors (`x.add(y)`): tfjs-core for Node has neither, and
// no package but tfjs itself, which is six times as large. A build has the two alone here (scripts/build.js).
import "@tensorflow/tfjs";

import { accuracy, batches, experiment, loadData, loss, mlp, probes, rootKey, sgd, train } from "gradstream";
import { take } from "rxjs";

const { train: rows, classes, name } = await loadData("flowers.csv,label=species,drop=id"); // own CSV: this line

export default experiment({
  question: "Does a small perceptron tell the classes of a file apart?",
  hyper: { steps: 200, learningRate: 0.1, size: 16 },
  arms: () => ({ standard: { network: mlp({ hidden: [16], classes: classes.length }) } }),
  run: ({ arm, seed, size, steps, learningRate }) =>
    batches(rows, { size, key: rootKey(seed), source: name }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed }),
      probes(loss(), accuracy()),
    ),
});

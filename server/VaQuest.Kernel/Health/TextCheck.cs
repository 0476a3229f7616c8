// TextCheck: compares code in the dump with the kernel's own file.
using VaQuest.Binary.Elf;
using VaQuest.Binary;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Health;

/// <summary>
/// Compares functions of an x86-64 kernel image byte by byte. What the kernel does to its own text is no difference: addresses moved with the
/// image, everything in <see cref="PatchSites"/>, breakpoints and jumps that probes put in. The rest is claimed, and only that.
/// </summary>
public static class TextCheck
{
    /// <summary>Bytes of the largest function that is compared; the kernel's largest have about 20 KiB.</summary>
    private const ulong MaxFunction = 64 << 10;

    /// <summary>Differences of one function that are told; one that was overwritten has hundreds.</summary>
    private const int MaxDifferences = 8;

    private const byte Breakpoint = 0xcc;
    private const byte Jump = 0xe9;
    private const byte Call = 0xe8;
    private const byte ShortJump = 0xeb;
    private const int LongPatch = 5;
    private const int ShortPatch = 2;

    /// <summary>An optimised probe is a jump of five bytes, and what the other bytes of its instructions became.</summary>
    private const int ProbeBytes = 16;

    private static readonly byte[] s_longNop = [0x0f, 0x1f, 0x44, 0x00, 0x00];

    private static readonly byte[] s_shortNop = [0x66, 0x90];

    /// <summary>Compares several functions at once: the tables of patches are gone through once.</summary>
    /// <param name="kernel">The kernel, whose build the file is of.</param>
    /// <param name="image">Its vmlinux.</param>
    /// <param name="addresses">A run-time address in each function.</param>
    /// <returns>For each address the differences of its function; empty when there are none or it cannot be compared.</returns>
    public static IReadOnlyList<TextDifference>[] Compare(LinuxKernel kernel, ElfImage image, VirtAddr[] addresses)
    {
        var suspects = new Suspect?[addresses.Length];
        for (int i = 0; i < addresses.Length; i++)
        {
            suspects[i] = Read(kernel, image, addresses[i]);
        }

        var changed = new IReadOnlyList<TextDifference>[addresses.Length];
        Array.Fill(changed, []);
        Suspect[] known = [.. suspects.OfType<Suspect>()];
        if (known.Length == 0)
        {
            return changed;
        }

        PatchSites sites = PatchSites.Find(
            image, kernel.Types, name => kernel.Symbols.FindAddress(name) is { } at ? unchecked(at.Value - kernel.KaslrOffset) : null,
            Array.ConvertAll(known, suspect => suspect.Link), Array.ConvertAll(known, suspect => suspect.Link + (ulong)suspect.Expected.Length));
        for (int at = 0; at < suspects.Length; at++)
        {
            if (suspects[at] is not { } suspect)
            {
                continue;
            }

            for (int i = 0; i < suspect.Differs.Length; i++)
            {
                suspect.Differs[i] = suspect.Differs[i] && !sites.Contains(suspect.Link + (ulong)i);
            }

            changed[at] = [.. Runs(suspect.Expected, suspect.Found, suspect.Differs).Select(run => run with { Address = suspect.Start + run.Address.Value })];
        }

        return changed;
    }

    // A function whose bytes differ in a way that neither a move of the image nor the usual shapes of patches explain.
    private static Suspect? Read(LinuxKernel kernel, ElfImage image, VirtAddr address)
    {
        if (kernel.Symbols.FindAt(address)?.Symbol is not { Module: null, Size: > 0 and <= MaxFunction } function || IsThunk(function.Name))
        {
            return null;
        }

        ulong link = unchecked(function.Address.Value - kernel.KaslrOffset);
        byte[] found = new byte[function.Size];
        if (FileBytes(image, link, found.Length) is not { } expected || !kernel.Memory.Read(function.Address, found).IsOk || expected.AsSpan().SequenceEqual(found))
        {
            return null;
        }

        bool[] differs = Unexplained(expected, found, kernel.KaslrOffset);
        return differs.Contains(true) ? new Suspect(function.Address, link, expected, found, differs) : null;
    }

    /// <summary>The differing bytes that no move of the image explains: 4- and 8-byte addresses, absolute or relative to per-CPU variables.</summary>
    internal static bool[] Unexplained(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found, ulong slide)
    {
        var differs = new bool[expected.Length];
        for (int i = 0; i < differs.Length; i++)
        {
            differs[i] = expected[i] != found[i];
        }

        MovedAddresses.Clear(differs, expected, found, slide);
        for (int i = 0; i + LongPatch <= differs.Length; i++)
        {
            int patch = PatchedBytes(expected[i..], found[i..]);
            differs.AsSpan(i, patch).Clear();
        }

        return differs;
    }

    /// <summary>
    /// The kernel's usual patch, whose place need not be looked up: a call or jump that became a NOP of the same length, or the other way round
    /// (function entries, jump labels, static calls). 0 when it is none.
    /// </summary>
    private static int PatchedBytes(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        bool isLong = (IsLongNop(expected) && IsTransfer(found[0])) || (IsTransfer(expected[0]) && IsLongNop(found));
        bool isShort = (IsShortNop(expected) && found[0] == ShortJump) || (expected[0] == ShortJump && IsShortNop(found));
        return isLong ? LongPatch : isShort ? ShortPatch : 0;
    }

    private static bool IsTransfer(byte opcode) => opcode is Call or Jump;

    private static bool IsLongNop(ReadOnlySpan<byte> code) => code.StartsWith(s_longNop);

    private static bool IsShortNop(ReadOnlySpan<byte> code) => code.StartsWith(s_shortNop);

    /// <summary>Stretches of differing bytes, without those that look like a probe; addresses are distances from the start.</summary>
    internal static IEnumerable<TextDifference> Runs(byte[] expected, byte[] found, bool[] differs)
    {
        int count = 0;
        for (int i = 0; i < differs.Length && count < MaxDifferences; i++)
        {
            if (!differs[i])
            {
                continue;
            }

            if (found[i] is Breakpoint or Jump)
            {
                i += found[i] == Jump ? ProbeBytes : 0;
                continue;
            }

            int end = i + 1;
            while (end < differs.Length && differs[end])
            {
                end++;
            }

            count++;
            yield return new TextDifference(new VirtAddr((ulong)i), expected[i..end], found[i..end]);
            i = end;
        }
    }

    // Trampolines and thunks are rewritten as a whole.
    private static bool IsThunk(string name) =>
        name.StartsWith("__SCT__", StringComparison.Ordinal) || FunctionName.WithoutAlias(name).StartsWith("__x86_", StringComparison.Ordinal)
        || name.StartsWith("srso_", StringComparison.Ordinal) || name.StartsWith("retbleed_", StringComparison.Ordinal)
        || name.StartsWith("entry_untrain", StringComparison.Ordinal) || name.StartsWith("ftrace_", StringComparison.Ordinal);

    private static byte[]? FileBytes(ElfImage image, ulong link, int length)
    {
        ElfSection? section = image.Sections.FirstOrDefault(candidate =>
            candidate.IsExecutable && candidate.HasBytes && link >= candidate.Address && link - candidate.Address < candidate.Size);
        ulong offset = section is null ? 0 : link - section.Address;
        return section is null || section.Size - offset < (ulong)length ? null : image.GetData(section).Span((long)offset, length).ToArray();
    }

    private sealed record Suspect(VirtAddr Start, ulong Link, byte[] Expected, byte[] Found, bool[] Differs);
}

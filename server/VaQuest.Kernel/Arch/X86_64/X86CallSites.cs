// X86CallSites: tells return addresses from other words by the call instruction before them.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Checks call sites in the crashed kernel's code (Intel SDM volume 2, CALL: E8 rel32, FF /2).</summary>
internal sealed class X86CallSites(KernelReader reader, TextSymbols symbols)
{
    /// <summary>How far a frame that nothing describes is searched for its caller.</summary>
    private const int MaxScanBytes = 2048;

    /// <summary>How far a damaged stack is searched for where it goes on.</summary>
    private const ulong MaxSearchBytes = 8192;

    private const int LongestCall = 7;

    /// <summary>Calls may skip a function's first instructions (ENDBR64) when they know that they need not execute them.</summary>
    private const ulong MaxPrologueSkip = 16;

    /// <summary>
    /// The first word from <paramref name="sp"/> upwards, inside its stack, that is a return address: of a direct call of
    /// <paramref name="function"/> when one is given, of any call otherwise.
    /// </summary>
    public (VirtAddr At, ulong Value)? FindReturnAddress(VirtAddr sp, StackRegion? region, VirtAddr? function)
    {
        ulong room = region is null ? 8 : Math.Min(MaxScanBytes, region.Start + region.Size - sp);
        for (ulong offset = 0; offset + 8 <= room; offset += 8)
        {
            VirtAddr at = sp + offset;
            if (!reader.TryReadUInt64(at, out ulong word))
            {
                return null;
            }

            if (function is { } target ? ReturnsFrom(word, target) : IsReturnAddress(word))
            {
                return (at, word);
            }
        }

        return null;
    }

    /// <summary>All words from <paramref name="sp"/> upwards, inside its stack, that are return addresses; bounded.</summary>
    public IEnumerable<(VirtAddr At, ulong Value)> EnumerateReturnAddresses(VirtAddr sp, StackRegion? region)
    {
        ulong room = region is null ? 8 : Math.Min(MaxSearchBytes, region.Start + region.Size - sp);
        for (ulong offset = 0; offset + 8 <= room; offset += 8)
        {
            if (!reader.TryReadUInt64(sp + offset, out ulong word))
            {
                yield break;
            }

            if (IsReturnAddress(word) || symbols.IsLostCode(new VirtAddr(word)))
            {
                yield return (sp + offset, word);
            }
        }
    }

    /// <summary>True when the word is in code, right behind a call instruction.</summary>
    public bool IsReturnAddress(ulong word)
    {
        Span<byte> before = stackalloc byte[LongestCall];
        if (!TryReadBefore(word, before))
        {
            return false;
        }

        // FF /2 with its ModRM byte 2, 3, 6 or 7 bytes back: register, disp8, disp32 or RIP-relative, with SIB.
        return before[2] == 0xe8 || IsIndirectCall(before, 2) || IsIndirectCall(before, 3) || IsIndirectCall(before, 4)
            || IsIndirectCall(before, 6) || IsIndirectCall(before, 7);
    }

    /// <summary>The call that ends at a return address.</summary>
    public CallTarget FindCall(VirtAddr returnAddress)
    {
        Span<byte> before = stackalloc byte[LongestCall];
        if (!TryReadBefore(returnAddress.Value, before))
        {
            return CallTarget.Unknown;
        }

        if (before[2] == 0xe8 && FindFunction(returnAddress, before[3..]) is { } direct)
        {
            return direct;
        }

        return IsReturnAddress(returnAddress.Value) && before[2] != 0xe8 ? CallTarget.Indirect : CallTarget.Unknown;
    }

    /// <summary>The jump that ends at an address (JMP: E9 rel32, EB rel8, FF /4; Jcc: 0F 8x rel32).</summary>
    public CallTarget FindJump(VirtAddr end)
    {
        Span<byte> before = stackalloc byte[LongestCall];
        if (!TryReadBefore(end.Value, before))
        {
            return CallTarget.Unknown;
        }

        bool isLong = before[2] == 0xe9 || (before[1] == 0x0f && (before[2] & 0xf0) == 0x80);
        if (isLong && FindFunction(end, before[3..]) is { } far)
        {
            return far;
        }

        if (before[5] == 0xeb && FindFunction(end + unchecked((ulong)(sbyte)before[6])) is { } near)
        {
            return near;
        }

        // A jump through a thunk that was replaced at boot leaves the rest of its five bytes behind it.
        for (int at = 0; at < LongestCall - 1; at++)
        {
            if (before[at] == 0xff && (before[at + 1] & 0x38) == 0x20)
            {
                return CallTarget.Indirect;
            }
        }

        return CallTarget.Unknown;
    }

    private CallTarget? FindFunction(VirtAddr end, ReadOnlySpan<byte> distance) =>
        FindFunction(end + unchecked((ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(distance)));

    private CallTarget? FindFunction(VirtAddr target)
    {
        if (!symbols.IsText(target) || symbols.FindAt(target) is not { } hit || hit.Offset > MaxPrologueSkip)
        {
            return null;
        }

        return FunctionName.IsIndirectThunk(hit.Symbol.Name) ? CallTarget.Indirect : CallTarget.To(hit.Symbol.Address);
    }

    private static bool IsIndirectCall(ReadOnlySpan<byte> before, int back) =>
        before[LongestCall - back] == 0xff && (before[LongestCall - back + 1] & 0x38) == 0x10;

    private bool ReturnsFrom(ulong word, VirtAddr function)
    {
        Span<byte> before = stackalloc byte[LongestCall];
        return TryReadBefore(word, before)
            && before[2] == 0xe8
            && unchecked(word + (ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(before[3..])) == function.Value;
    }

    private bool TryReadBefore(ulong word, Span<byte> before)
    {
        var start = new VirtAddr(unchecked(word - LongestCall));
        return symbols.IsText(new VirtAddr(unchecked(word - 1))) && reader.Read(start, before).IsOk;
    }
}

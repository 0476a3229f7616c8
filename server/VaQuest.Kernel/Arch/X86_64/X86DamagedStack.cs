// X86DamagedStack: where a walk may go on behind damage.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Searches the words of a stack for the next return address that can be believed. What is found is evidence, never certain.</summary>
internal sealed class X86DamagedStack(KernelReader reader, IUnwindRows rows, TextSymbols symbols, StackMap stacks)
{
    /// <summary>Places that are tried: a hostile stack costs well below a second.</summary>
    private const int MaxTrials = 64;

    /// <summary>
    /// The first return address from which a walk leads to the end of the stack, else the first there is, else null.
    /// </summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="lost">The address in unloaded code that the walk stands at: others on its page are taken for its callers.</param>
    public (VirtAddr At, ulong Value)? FindContinuation(VirtAddr from, ulong? lost)
    {
        (VirtAddr At, ulong Value)? first = null;
        int trials = 0;
        foreach ((VirtAddr at, ulong value) in new X86CallSites(reader, symbols).EnumerateReturnAddresses(from, stacks.Find(from)))
        {
            if (symbols.IsLostCode(new VirtAddr(value)))
            {
                if (lost is { } near && value >> 12 == near >> 12)
                {
                    return (at, value);
                }

                continue;
            }

            first ??= (at, value);
            if (++trials > MaxTrials)
            {
                break;
            }

            X86Registers start = X86Registers.FromValues([(X86Registers.Ip, value), (X86Registers.Sp, at.Value + 8)]);
            if (new X86StackWalk(reader, rows, symbols, stacks, isTrial: true).Run(start, FrameProof.SwitchFrame).IsComplete)
            {
                return (at, value);
            }
        }

        return first;
    }

    /// <summary>The characters of a word, when it is text: what a return address was overwritten by; empty otherwise.</summary>
    public static string AsText(ulong word)
    {
        Span<char> text = stackalloc char[8];
        for (int i = 0; i < 8; i++)
        {
            text[i] = (char)((word >> (i * 8)) & 0xff);
            if (text[i] is < ' ' or > '~')
            {
                return "";
            }
        }

        return $" (\"{text}\")";
    }
}

// I386StackWalk: one walk over i386 kernel stacks by frame pointers, and by scanning where there are none.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.I386;

/// <summary>
/// The kernel is built with frame pointers, or without any unwind information at all. A frame pointer whose highest bit is clear stands for
/// saved registers (ENCODE_FRAME_POINTER, arch/x86/entry/calling.h, since 4.9). Where the chain ends early, words on the stack that follow a
/// call instruction are shown as uncertain. Bounded: at most 256 frames, and on one stack the pointer must rise.
/// </summary>
internal sealed class I386StackWalk(KernelReader reader, TextSymbols symbols, StackMap stacks)
{
    public const int MaxFrames = 256;

    private const int MaxStackSwitches = 8;
    private const ulong HighestBit = 0x8000_0000;
    private const ulong StackBytes = 8192;

    private readonly List<StackFrame> _frames = [];
    private ulong _sp;
    private int _switches;

    /// <summary>Walks from a register set; each instance walks once.</summary>
    public FrameWalk Run(I386Registers start)
    {
        if (start.IsUserMode)
        {
            AddUser(start, FrameProof.Registers);
            return End("the CPU ran user code", isComplete: true);
        }

        _sp = start[I386Registers.Sp];
        AddFrame(start[I386Registers.Ip], FrameProof.Registers, isReturn: false, start.ToList(I386Architecture.Descriptor.RegisterNames));
        return Follow(start[I386Registers.Bp]);
    }

    /// <summary>Walks from where a task left the CPU.</summary>
    public FrameWalk RunSwitchedOut(ulong pc, VirtAddr sp, ulong bp)
    {
        _sp = sp.Value;
        AddFrame(pc, FrameProof.SwitchFrame, isReturn: true, null);
        return Follow(bp);
    }

    private FrameWalk Follow(ulong bp)
    {
        while (_frames.Count < MaxFrames)
        {
            if (bp != 0 && (bp & HighestBit) == 0 && IsOnStack(bp | HighestBit))
            {
                if (FollowSavedRegisters(bp | HighestBit, out bp) is { } end)
                {
                    return end;
                }

                continue;
            }

            if (bp < _sp && IsSameStack(bp, _sp) && bp != 0)
            {
                return Scan("the frame pointer does not rise");
            }

            if (!IsOnStack(bp))
            {
                return EndOfBoot() ?? FollowToUser() ?? Scan("the frame pointer leads off the stack");
            }

            if (!reader.TryReadUInt32(new VirtAddr(bp), out uint next) || !reader.TryReadUInt32(new VirtAddr(bp + 4), out uint pc))
            {
                return End("the stack is not in the dump", isComplete: false);
            }

            if (!symbols.IsText(new VirtAddr(pc)))
            {
                return next == 0 || pc == 0 ? End("the first frame of the stack", isComplete: true) : Scan(FormattableString.Invariant($"0x{pc:x} is not kernel code"));
            }

            _sp = bp + 8;
            AddFrame(pc, FrameProof.FramePointer, isReturn: true, null);
            if (next == 0)
            {
                return End("the first frame of the stack", isComplete: true);
            }

            bp = next;
        }

        return End(FormattableString.Invariant($"more than {MaxFrames} frames: the stack is damaged or recursion is endless"), isComplete: false);
    }

    /// <summary>Crosses an entry into the kernel; the end of the walk when user code was interrupted or the registers are not there.</summary>
    private FrameWalk? FollowSavedRegisters(ulong at, out ulong bp)
    {
        bp = 0;
        byte[] bytes = new byte[I386Registers.Bytes];
        if (!reader.Read(new VirtAddr(at), bytes).IsOk)
        {
            return End("saved registers on the stack are not in the dump", isComplete: false);
        }

        I386Registers saved = I386Registers.Decode(bytes);
        if (saved.IsUserMode)
        {
            AddUser(saved, FrameProof.SavedRegisters);
            return End("user code was interrupted or called the kernel", isComplete: true);
        }

        if (saved[I386Registers.Ip] == 0 && saved[I386Registers.Cs] == 0)
        {
            // A kernel thread has no registers of user code: copy_thread() cleared them.
            return End("the first frame of the stack", isComplete: true);
        }

        if (!symbols.IsText(new VirtAddr(saved[I386Registers.Ip])))
        {
            return End("the saved registers are those of no kernel code", isComplete: false);
        }

        if (at < _sp && IsSameStack(at, _sp))
        {
            return End("saved registers lie below the frame that leads to them: the stack is damaged", isComplete: false);
        }

        _sp = at + I386Registers.Bytes;
        MarkEntry();
        AddFrame(saved[I386Registers.Ip], FrameProof.SavedRegisters, isReturn: false, saved.ToList(I386Architecture.Descriptor.RegisterNames));
        bp = saved[I386Registers.Bp];
        return null;
    }

    /// <summary>The code that starts a CPU was called by nobody: it leaves whatever the boot loader had in the frame pointer.</summary>
    private FrameWalk? EndOfBoot() =>
        _frames.Count > 0 && (_frames[^1].Function ?? "").StartsWith("startup_32", StringComparison.Ordinal)
            ? End("the first frame of the stack", isComplete: true)
            : null;

    /// <summary>
    /// The entry from user code leaves the user's frame pointer in place and its registers on the top of the stack, right behind the outermost
    /// return address: their selectors of user code and data tell them.
    /// </summary>
    private FrameWalk? FollowToUser()
    {
        const uint UserCode = 0x73;
        const uint UserData = 0x7b;

        // Selectors are half of their words (struct pt_regs: cs, __csh).
        const uint Selector = 0xffff;
        byte[] bytes = new byte[I386Registers.Bytes];
        foreach (ulong skipped in (ReadOnlySpan<ulong>)[0, 4, 8])
        {
            if (reader.Read(new VirtAddr(_sp + skipped), bytes).IsOk && I386Registers.Decode(bytes) is var saved
                && (saved[I386Registers.Cs] & Selector) == UserCode && (saved[I386Registers.Ss] & Selector) == UserData)
            {
                AddUser(saved, FrameProof.SavedRegisters);
                return End("user code was interrupted or called the kernel", isComplete: true);
            }
        }

        return null;
    }

    /// <summary>The frame before saved registers is the entry code.</summary>
    private void MarkEntry()
    {
        if (_frames.Count == 0)
        {
            return;
        }

        // Most entries of interrupts jump to handle_exception: the handler that it called tells more.
        string[] names = [_frames[^1].Function ?? "", _frames.Count > 1 ? _frames[^2].Function ?? "" : ""];
        FrameKind kind = names.Any(name => name.Contains("nmi", StringComparison.Ordinal)) ? FrameKind.Nmi
            : names.Any(IsOfInterrupt) ? FrameKind.Interrupt : FrameKind.Exception;
        _frames[^1] = _frames[^1] with { Kind = kind };
    }

    private static bool IsOfInterrupt(string name) =>
        name.Contains("interrupt", StringComparison.Ordinal) || name.Contains("sysvec", StringComparison.Ordinal) || name.Contains("irq", StringComparison.Ordinal);

    /// <summary>Words above the last known place that are return addresses: they may be left over from earlier calls.</summary>
    private FrameWalk Scan(string reason)
    {
        const int MaxScanned = 40;
        VirtAddr from = new(_sp & ~3ul);
        ulong end = stacks.Find(from) is { } region ? (region.Start + region.Size).Value : (_sp | (StackBytes - 1)) + 1;
        int found = 0;
        for (ulong at = from.Value; at < end && found < MaxScanned && _frames.Count < MaxFrames; at += 4)
        {
            if (reader.TryReadUInt32(new VirtAddr(at), out uint word) && symbols.IsText(new VirtAddr(word)) && FollowsCall(word))
            {
                _sp = at + 4;
                AddFrame(word, FrameProof.Scan, isReturn: true, null);
                found++;
            }
        }

        return End(found > 0 ? reason + "; what follows was found by scanning and is not certain" : reason, isComplete: false);
    }

    /// <summary>True when a call instruction ends at an address: e8 with a distance, or ff /2 of two to seven bytes.</summary>
    private bool FollowsCall(uint address)
    {
        Span<byte> bytes = stackalloc byte[7];
        if (!reader.Read(new VirtAddr(address - 7), bytes).IsOk)
        {
            return false;
        }

        bool isDirect = bytes[2] == 0xe8 && symbols.IsText(new VirtAddr(unchecked(address + BitConverter.ToUInt32(bytes[3..]))));
        bool isIndirect = false;
        foreach (int length in (ReadOnlySpan<int>)[2, 3, 4, 6, 7])
        {
            int at = bytes.Length - length;
            isIndirect |= bytes[at] == 0xff && ((bytes[at + 1] >> 3) & 7) == 2;
        }

        return isDirect || isIndirect;
    }

    private static bool IsSameStack(ulong left, ulong right) => left / StackBytes == right / StackBytes;

    /// <summary>On a known stack, or, a few times, on another one: interrupt stacks have no table to look them up in.</summary>
    private bool IsOnStack(ulong address)
    {
        if (address % 4 != 0 || address < 4096)
        {
            return false;
        }

        var at = new VirtAddr(address);
        if (stacks.Find(at) is not null || IsSameStack(address, _sp))
        {
            return true;
        }

        return ++_switches <= MaxStackSwitches && reader.TryReadUInt32(at, out _) && !symbols.IsText(at);
    }

    private void AddUser(I386Registers registers, FrameProof proof) => _frames.Add(new StackFrame
    {
        Index = _frames.Count,
        PhysicalIndex = _frames.Count,
        Kind = FrameKind.User,
        Pc = new VirtAddr(registers[I386Registers.Ip]),
        Sp = new VirtAddr(registers[I386Registers.Sp]),
        Proof = proof,
        Registers = registers.ToList(I386Architecture.Descriptor.RegisterNames),
    });

    private void AddFrame(ulong pc, FrameProof proof, bool isReturn, IReadOnlyList<KeyValuePair<string, ulong>>? registers)
    {
        var at = new VirtAddr(pc);
        SymbolHit? hit = symbols.FindAt(isReturn ? at - 1 : at);
        string? symbol = hit?.Symbol.Name;
        string? function = symbol is null ? null : FunctionName.Plain(symbol);
        _frames.Add(new StackFrame
        {
            Index = _frames.Count,
            PhysicalIndex = _frames.Count,
            Kind = FrameKind.Normal,
            Function = function,
            Symbol = symbol == function ? null : symbol,
            Offset = hit is null ? null : at - hit.Symbol.Address,
            FunctionSize = hit is { Symbol.Size: > 0 } ? hit.Symbol.Size : null,
            Module = hit?.Symbol.Module,
            Pc = at,
            Sp = new VirtAddr(_sp),
            Stack = stacks.Find(new VirtAddr(_sp))?.Name,
            IsReturnAddress = isReturn,
            Proof = proof,
            Registers = registers,
        });
    }

    private FrameWalk End(string reason, bool isComplete) => new(_frames, reason, isComplete, []);
}

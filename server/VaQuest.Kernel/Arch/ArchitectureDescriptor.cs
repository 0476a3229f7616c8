// ArchitectureDescriptor: everything the kernel layer must know about one processor architecture.
using VaQuest.Dumps;
using VaQuest.Kernel.Code;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Memory.Layout;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch;

/// <summary>
/// One architecture. How to add one:
/// <list type="number">
/// <item>Make a folder Arch/NAME and in it an <see cref="IAddressTranslator"/> (FORMATS: kernel image formula, direct map, page tables), with unit
/// tests over a synthetic table for each level count and page size.</item>
/// <item>List the register names in the order of the kernel's user_regs_struct (the NT_PRSTATUS note), and say which are pc and sp.</item>
/// <item>Write an <see cref="IFrameWalker"/>: from a register set to physical frames, through exception entries, to user mode.</item>
/// <item>Write an <see cref="IInstructionDecoder"/>, so that the faulting instruction can be explained; it may come later.</item>
/// <item>Fill a descriptor in one static class there, and add it to <see cref="Architectures.All"/>: the only line outside the folder.</item>
/// <item>Add a lab dump of it; the lab tests then hold every part against that kernel's own oops text.</item>
/// </list>
/// </summary>
public sealed class ArchitectureDescriptor
{
    internal ArchitectureDescriptor(
        string name,
        Func<Vmcore, CoverageLog, IAddressTranslator?> createTranslator,
        Action<LinuxKernel, IAddressTranslator>? refineTranslator,
        Func<LinuxKernel, IFrameWalker> createWalker)
    {
        Name = name;
        CreateTranslator = createTranslator;
        RefineTranslator = refineTranslator;
        CreateWalker = createWalker;
    }

    /// <summary>Machine name as uname says it and <see cref="Vmcore.Architecture"/> has it.</summary>
    public string Name { get; }

    /// <summary>Register names in the order of the register note, each one word wide.</summary>
    public required IReadOnlyList<string> RegisterNames { get; init; }

    /// <summary>Name of the instruction pointer among <see cref="RegisterNames"/>.</summary>
    public required string ProgramCounter { get; init; }

    /// <summary>Name of the stack pointer among <see cref="RegisterNames"/>.</summary>
    public required string StackPointer { get; init; }

    /// <summary>Decodes its instructions; null when that is not done yet, and crashes are then explained from the log and the stack alone.</summary>
    public IInstructionDecoder? Decoder { get; init; }

    /// <summary>Tells which range of the address space serves what; reads variables of the kernel. May be null.</summary>
    internal Func<LinuxKernel, AddressLayout>? ReadLayout { get; init; }

    /// <summary>Makes the translation from what VMCOREINFO says; null when it does not say enough (then it adds coverage).</summary>
    internal Func<Vmcore, CoverageLog, IAddressTranslator?> CreateTranslator { get; }

    /// <summary>Tells the translation how to find what only symbols know (randomised bases), without reading anything yet. May be null.</summary>
    internal Action<LinuxKernel, IAddressTranslator>? RefineTranslator { get; }

    /// <summary>Makes the stack walker.</summary>
    internal Func<LinuxKernel, IFrameWalker> CreateWalker { get; }
}

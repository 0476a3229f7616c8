// ObjectCells: cells about objects that pages have in common.
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse;

/// <summary>What needs more than one member.</summary>
internal static class ObjectCells
{
    /// <summary>The symbol that a pointer is to: the operations of a file or driver.</summary>
    public static Cell SymbolAt(PageContext context, MemberValue pointer)
    {
        if (pointer.Pointer is not { } address)
        {
            return Cell.Absent(pointer.PointerReason);
        }

        return context.Kernel.Symbols.FindAt(address) is { Offset: 0 } hit
            ? Cell.Symbol(hit.Symbol.Name, address, "", isFunction: false)
            : Cell.Address(address, "");
    }

    /// <summary>Type and name of a super block.</summary>
    public static Cell FileSystemOf(PageContext context, MemberValue superBlock)
    {
        if (superBlock.Pointer is not { } address)
        {
            return Cell.Absent(superBlock.PointerReason);
        }

        KernelSuperBlock block = new SuperBlockReader(context.Kernel.Objects, context.Kernel.Symbols.FindAddress).ReadBlock(address);
        return Cell.Of(block.Type is { } type ? block.Name is { } name ? $"{type} ({name})" : type : null, "its type cannot be read");
    }
}

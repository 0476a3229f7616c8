// MemoryBlockRenderer: the memory blocks that are not online, as a table.
using VaQuest.Diagnosis.WhatIs;
using VaQuest.Kernel.Memory.Hotplug;

namespace VaQuest.Diagnosis.Text;

/// <summary>A section of the report; nothing when all blocks are online.</summary>
internal static class MemoryBlockRenderer
{
    private const int AddressColumn = 15;

    private const int SizeColumn = 44;

    private const int StateColumn = 56;

    public static void Render(AnnotatedTextBuilder text, IReadOnlyList<MemoryBlock> blocks)
    {
        if (blocks.Count == 0)
        {
            return;
        }

        int start = text.Line;
        text.Write("Memory blocks that are not online", SpanKind.Heading).EndLine();
        foreach (MemoryBlock block in blocks)
        {
            ulong last = block.Start.Value + (block.Bytes - 1);
            var target = new SpanTarget { Address = new Binary.VirtAddr(block.Start.Value), Meaning = AddressMeaning.Physical };
            text.Write("  ").Write(FormattableString.Invariant($"memory{block.Number}"), SpanKind.Label).Pad(AddressColumn)
                .Write(Words.Hex(block.Start.Value), SpanKind.Address, target).Write(" to ").Write(Words.Hex(last)).Pad(SizeColumn)
                .Write(Words.Bytes(block.Bytes)).Pad(StateColumn).Write(block.State)
                .Write(block.Node is { } node ? FormattableString.Invariant($", node {node}") : "").EndLine();
        }

        text.AddSection("Memory blocks that are not online", Words.Count(blocks.Count, "block"), SectionKind.System, start, 0);
        text.WriteLine();
    }
}

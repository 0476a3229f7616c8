// TargetAddresses: from what a span names to run-time addresses.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Diagnosis.WhatIs;

/// <summary>Resolves targets: an address stands for itself; a name with an offset is looked up among the dump's symbols.</summary>
internal sealed class TargetAddresses(LinuxKernel kernel)
{
    /// <summary>Static functions of one name are few; a hostile table could have thousands.</summary>
    private const int MaxCandidates = 16;

    /// <summary>All addresses that a target may mean: more than one when a name is not unique. Empty when it means none.</summary>
    public IReadOnlyList<VirtAddr> Find(SpanTarget target)
    {
        if (target.Address is { } address)
        {
            return [address];
        }

        if (target.Symbol is not { } name)
        {
            return [];
        }

        var all = new List<KernelSymbol>();
        foreach (KernelSymbol symbol in kernel.Symbols.FindByName(name))
        {
            if ((target.Module is null || symbol.Module == target.Module) && all.Count < MaxCandidates)
            {
                all.Add(symbol);
            }
        }

        // The size behind the slash tells functions of the same name apart.
        List<KernelSymbol> sized = target.Size is { } size ? all.FindAll(symbol => symbol.Size == size) : all;
        ulong offset = target.Offset ?? 0;
        return [.. (sized.Count > 0 ? sized : all).Select(symbol => symbol.Address + offset)];
    }
}

// UserSpace: one process' page tables as a translation.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>Gives <see cref="KernelMemory"/> the addresses of a process.</summary>
internal sealed class UserSpace(IUserSpaceTranslator translator, PhysAddr root) : IAddressTranslator
{
    public Translation Translate(VirtAddr address) => translator.TranslateUser(root, address);
}

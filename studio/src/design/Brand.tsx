/** The studio's mark and name. */
export function Brand() {
  return (
    <>
      <img src="/icon.svg" width={28} height={28} alt="" />
      <span>Bot Studio</span>
    </>
  );
}

-- No model calls another, and no instance is started again from its history.
drop index act_idx_hi_pro_inst_root_pi, act_idx_hi_pro_rst_pro_inst_id;
